package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What is so of a group. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record GroupStatus(
    @JsonPropertyDescription("healthy, offline or unknown.") String health,
    @JsonPropertyDescription("Fewest machines the Cluster Autoscaler is told.") Integer minSize,
    @JsonPropertyDescription("Most machines the Cluster Autoscaler is told.") Integer maxSize,
    @JsonPropertyDescription("Members with powerState on.") Integer targetSize,
    Counts counts,
    Long observedGeneration,
    List<Condition> conditions) {

  /** Members by what they do now. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Counts(
      Integer total,
      Integer ready,
      Integer starting,
      Integer stopping,
      Integer off,
      Integer failed,
      Integer held) {}
}
