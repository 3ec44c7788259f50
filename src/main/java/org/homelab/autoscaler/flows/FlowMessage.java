package org.homelab.autoscaler.flows;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Map;

/**
 * What a flow of a user's is told: the body of its message, as JSON. Its schema in docs/reference
 * is made from here. Within one version a field is only ever added, so that a flow goes on working.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FlowMessage(
    @JsonPropertyDescription("Version of this message; a change that could break a flow raises it.")
        int version,
    @JsonPropertyDescription("Id of the route that is told, such as before-power-on.") String point,
    @JsonPropertyDescription("When the machine was looked at, as RFC 3339 in UTC.") String time,
    @JsonPropertyDescription("The machine that it is about.") Machine machine,
    @JsonPropertyDescription("Why the step is taken; absent in observe.") Cause cause) {

  /** The version that this program speaks. */
  public static final int VERSION = 1;

  /** The machine. */
  public record Machine(
      @JsonPropertyDescription("Name of its Node resource.") String name,
      @JsonPropertyDescription("Namespace of its Node resource.") String namespace,
      @JsonPropertyDescription("Name of its Group; empty when it has none.") String group,
      @JsonPropertyDescription("Name of its Kubernetes node.") String kubernetesNode,
      @JsonPropertyDescription("What it is meant to be: on or off.") String desired,
      @JsonPropertyDescription("status.progress when it was looked at; empty for a new machine.")
          String progress,
      @JsonPropertyDescription("The recipe that switches it; job for pod specs.") String recipe,
      @JsonPropertyDescription(
              "Power commands given in its life; the next one has the next number.")
          int attempts,
      @JsonPropertyDescription("Failed operations in a row.") int failures,
      @JsonPropertyDescription("Labels of its Node resource.") Map<String, String> labels,
      @JsonPropertyDescription("Annotations of its Node resource, but for those of kubectl.")
          Map<String, String> annotations) {

    public Machine {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
    }
  }

  /** Why. */
  public record Cause(
      @JsonPropertyDescription("The reason, as in the conditions, such as PowerOnWanted.")
          String reason,
      @JsonPropertyDescription("The reason as a sentence.") String sentence,
      @JsonPropertyDescription("What happened, in words; may be empty.") String detail) {}
}
