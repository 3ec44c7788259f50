package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What is so of a machine, and the little that must survive a restart: the operation under way, the
 * attempts made and what the Kubernetes node looked like.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeStatus(
    @JsonPropertyDescription("Observed power: on, off, or empty when unknown.") String powerState,
    @JsonPropertyDescription("shutdown, startingup, ready or shuttingdown.") String progress,
    @JsonPropertyDescription("healthy, offline or unknown.") String health,
    @JsonPropertyDescription("Group that the machine belongs to.") String group,
    @JsonPropertyDescription("Reason of the last decision.") String reason,
    @JsonPropertyDescription("Last time the machine was switched on with success.")
        String lastStartupTime,
    @JsonPropertyDescription("Last time the machine was switched off with success.")
        String lastShutdownTime,
    @JsonPropertyDescription("Power commands given so far; names the Jobs.") Integer attempts,
    Operation operation,
    Failure failure,
    @JsonPropertyDescription("Provider id the Kubernetes node last had.") String providerID,
    @JsonPropertyDescription("What the Kubernetes node last looked like.") NodeTemplate template,
    Long observedGeneration,
    List<Condition> conditions) {

  /** A power operation under way. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Operation(
      @JsonPropertyDescription("startup or shutdown.") String type,
      @JsonPropertyDescription("When the operation began.") String startedAt,
      @JsonPropertyDescription("Number of the command given, once one is.") Integer attempt,
      @JsonPropertyDescription("When the command was claimed, just before it was given.")
          String claimedAt,
      @JsonPropertyDescription("The Job that carries the command out, once it exists.")
          String job) {}

  /** Why the last operation did not succeed, and how often in a row. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Failure(
      @JsonPropertyDescription("startup or shutdown.") String type,
      String reason,
      String message,
      String at,
      Integer count,
      @JsonPropertyDescription("The release annotation already honoured.") String released) {}
}
