package org.homelab.autoscaler.api;

import static org.homelab.autoscaler.fleet.Operation.LONGEST_OUTCOME;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What is so of a machine, and the little that must survive a restart: the operation under way, the
 * attempts made and what the Kubernetes node looked like.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeStatus(
    @JsonPropertyDescription("Observed power: on, off, or empty when unknown.") @Required
        String powerState,
    @JsonPropertyDescription(
            "Where the machine is on its way: shutdown, startingup, ready, shuttingdown, or empty"
                + " when unknown.")
        @Required
        String progress,
    @JsonPropertyDescription("Whether the machine does as it should: healthy, offline or unknown.")
        String health,
    @JsonPropertyDescription("Group that the machine belongs to.") String group,
    @JsonPropertyDescription("Reason of the last decision, as one word.") String reason,
    @JsonPropertyDescription("Last time the machine was powered on and its node came Ready.")
        String lastStartupTime,
    @JsonPropertyDescription("Last time the machine was powered off and found to be off.")
        String lastShutdownTime,
    @JsonPropertyDescription("Power commands given so far; the Jobs are numbered by it.") @Min(0)
        Integer attempts,
    @JsonPropertyDescription("The power operation under way; absent when there is none.")
        Operation operation,
    @JsonPropertyDescription("Why the last operation failed; absent when it did not.")
        Failure failure,
    @JsonPropertyDescription("Provider id that the Kubernetes node last had.") String providerID,
    @JsonPropertyDescription("What the Kubernetes node last looked like.") NodeTemplate template,
    @JsonPropertyDescription("The metadata.generation that this status was made from.") @Min(0)
        Long observedGeneration,
    @JsonPropertyDescription("What is so of the machine, one entry for each type.") @Size(max = 32)
        List<Condition> conditions,
    @JsonPropertyDescription("The machine's last transitions, oldest first.")
        @Size(max = NodeStatus.LONGEST_HISTORY)
        List<Transition> history,
    @JsonPropertyDescription("When the last power-on command was claimed.") String lastPowerOnTime,
    @JsonPropertyDescription(
            "The force-all-on order of the group by which the machine was last wanted on.")
        String forcedOn) {
  /** Transitions that are kept; older ones are dropped. */
  public static final int LONGEST_HISTORY = 32;

  /** That the machine went from one progress to another. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Transition(
      @JsonPropertyDescription("When.") String at,
      @JsonPropertyDescription(
              "What the machine has done since: shutdown, startingup, ready or shuttingdown.")
          String progress,
      @JsonPropertyDescription("Why, as one word.") String reason,
      @JsonPropertyDescription("Who asked for it, or what else there is to say.") String note) {}

  /** A power operation under way. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Operation(
      @JsonPropertyDescription("What is done: startup or shutdown.") String type,
      @JsonPropertyDescription("When the operation began.") String startedAt,
      @JsonPropertyDescription("Number of the power command, once it is given.") @Min(0)
          Integer attempt,
      @JsonPropertyDescription("When the command was claimed, just before it was given.")
          String claimedAt,
      @JsonPropertyDescription("The Job that carries the command out, once it exists.") String job,
      @JsonPropertyDescription(
              "The recipe by which the operator itself gives the command; absent when a Job does.")
          String recipe,
      @JsonPropertyDescription(
              "Which recipe the command is given by: 0, or absent, for the first, then those of"
                  + " fallback.")
          @Min(0)
          Integer stage,
      @JsonPropertyDescription(
              "When a device took the command; absent while nobody knows whether it was given.")
          String sentAt,
      @JsonPropertyDescription("Why a device did not take the command; absent when it did.")
          String problem,
      @JsonPropertyDescription("The most pods that the drain has seen at a time.") @Min(0)
          Integer pods,
      @JsonPropertyDescription(
              "What became of the recipes before the command's, a line for each, oldest first.")
          @Size(max = Power.MOST_FALLBACKS)
          List<@Size(max = LONGEST_OUTCOME) String> outcomes,
      @JsonPropertyDescription(
              "When the last of the commands before was claimed that the machine may still obey;"
                  + " absent where there is none.")
          String openSince) {

    /** A command that a Job carries out. */
    public Operation(String type, String startedAt, Integer attempt, String claimedAt, String job) {
      this(type, startedAt, attempt, claimedAt, job, null, null, null, null, null, null, null);
    }
  }

  /** Why the last operation did not succeed, and how often in a row. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Failure(
      @JsonPropertyDescription("What failed: startup or shutdown.") String type,
      @JsonPropertyDescription("Why, as one word.") String reason,
      @JsonPropertyDescription("Why, as a sentence.") String message,
      @JsonPropertyDescription("When it failed last.") String at,
      @JsonPropertyDescription("How often it failed in a row.") @Min(0) Integer count,
      @JsonPropertyDescription("Value of the release annotation that was honoured last.")
          String released,
      @JsonPropertyDescription("Fingerprint of the spec that failed; a new one is a new chance.")
          String powerSpec) {}
}
