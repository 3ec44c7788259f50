package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What is so of a group. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record GroupStatus(
    @JsonPropertyDescription("Whether the machines do as they should: healthy, offline or unknown.")
        String health,
    @JsonPropertyDescription("Fewest machines, as the Cluster Autoscaler is told.") @Min(0)
        Integer minSize,
    @JsonPropertyDescription("Most machines, as the Cluster Autoscaler is told.") @Min(0)
        Integer maxSize,
    @JsonPropertyDescription("Members whose powerState is on.") @Min(0) Integer targetSize,
    @JsonPropertyDescription("Members by what they do now.") Counts counts,
    @JsonPropertyDescription("The metadata.generation that this status was made from.") @Min(0)
        Long observedGeneration,
    @JsonPropertyDescription("What is so of the group, one entry for each type.") @Size(max = 32)
        List<Condition> conditions,
    @JsonPropertyDescription(
            "Energy that the members have used; absent while nobody declares or measures watts.")
        Energy energy,
    @JsonPropertyDescription(
            "The latest order for the group's machines; written before its Nodes and again after"
                + " them.")
        Order order) {
  private static final GroupStatus EMPTY =
      new GroupStatus(null, null, null, null, null, null, null, null, null);

  /** That status, or a new one where there is none, with another order. */
  public static GroupStatus with(GroupStatus stored, Order order) {
    GroupStatus base = stored == null ? EMPTY : stored;
    return new GroupStatus(
        base.health,
        base.minSize,
        base.maxSize,
        base.targetSize,
        base.counts,
        base.observedGeneration,
        base.conditions,
        base.energy,
        order);
  }

  /** What some of the group's machines shall become, and whether that holds. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Order(
      @JsonPropertyDescription("Counts the orders of the group's life.") @Min(0) Long number,
      @JsonPropertyDescription("Who wrote it: the process and its count of tries.") String by,
      @JsonPropertyDescription(
              "Writing: its Nodes are being written, and none is acted on. Committed: it holds."
                  + " TakingBack, TakenBack: it came to nothing, and its Nodes are as before.")
          String phase,
      @JsonPropertyDescription("What its machines shall become.") PowerState powerState,
      @JsonPropertyDescription("Names of its Nodes.") List<String> machines,
      @JsonPropertyDescription("When it was begun.") String at,
      @JsonPropertyDescription("Numbers of the last orders that came to nothing.") @Size(max = 8)
          List<Long> takenBack) {}

  /** An account of energy, written once a minute. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Energy(
      @JsonPropertyDescription("When the account began.") String since,
      @JsonPropertyDescription("The last entry.") String at,
      @JsonPropertyDescription("Joules used until then; 3600000 are a kilowatt hour.")
          Double joules,
      @JsonPropertyDescription(
              "Joules that members which were off would have used on top if they had been on and"
                  + " idle.")
          Double spared,
      @JsonPropertyDescription("The members, by name.") @Size(max = 1024) List<Share> machines,
      @JsonPropertyDescription("The last days, oldest first.") @Size(max = 31) List<Day> days) {}

  /** One member's part of the energy. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Share(
      @JsonPropertyDescription("Name of the member.") String name,
      @JsonPropertyDescription("Joules used until the last entry.") Double joules,
      @JsonPropertyDescription("Watts drawn since.") Double watts,
      @JsonPropertyDescription("Watts spared since.") Double spared) {}

  /** One day's part of the energy. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Day(
      @JsonPropertyDescription("The day, such as 2026-12-01.") String date,
      @JsonPropertyDescription("Joules used.") Double joules,
      @JsonPropertyDescription("Joules spared.") Double spared) {}

  /** Members by what they do now. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Counts(
      @JsonPropertyDescription("All members.") @Min(0) Integer total,
      @JsonPropertyDescription("Members that are asked for.") @Min(0) Integer target,
      @JsonPropertyDescription("Members whose Kubernetes node is Ready.") @Min(0) Integer ready,
      @JsonPropertyDescription("Members that are being powered on.") @Min(0) Integer starting,
      @JsonPropertyDescription("Members that are being drained or powered off.") @Min(0)
          Integer stopping,
      @JsonPropertyDescription("Members that are off.") @Min(0) Integer off,
      @JsonPropertyDescription("Members whose last power operation failed.") @Min(0) Integer failed,
      @JsonPropertyDescription("Members that a person holds or works on.") @Min(0) Integer held) {}
}
