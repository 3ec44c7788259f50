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
        List<Condition> conditions) {

  /** Members by what they do now. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Counts(
      @JsonPropertyDescription("All members.") @Min(0) Integer total,
      @JsonPropertyDescription("Members whose Kubernetes node is Ready.") @Min(0) Integer ready,
      @JsonPropertyDescription("Members that are being powered on.") @Min(0) Integer starting,
      @JsonPropertyDescription("Members that are being drained or powered off.") @Min(0)
          Integer stopping,
      @JsonPropertyDescription("Members that are off.") @Min(0) Integer off,
      @JsonPropertyDescription("Members whose last power operation failed.") @Min(0) Integer failed,
      @JsonPropertyDescription("Members that a person holds.") @Min(0) Integer held) {}
}
