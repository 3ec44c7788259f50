package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Map;

/**
 * The wishes of a group's owner.
 *
 * <p>Durations and thresholds are text, as in the Go implementation; {@code fleet.Durations} and
 * {@code fleet.Thresholds} read them. The seven options from {@code scaleDownUtilizationThreshold}
 * on are optional, and an absent one means that the Cluster Autoscaler's own flag holds.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record GroupSpec(
    @JsonPropertyDescription("Fewest machines the Cluster Autoscaler may leave on.")
        Integer minSize,
    @JsonPropertyDescription("Most machines that may be on; all members when absent.")
        Integer maxSize,
    @JsonPropertyDescription(
            "Nodes with these labels are members, beside those labelled group=<name>.")
        Map<String, String> nodeSelector,
    @JsonPropertyDescription("Longest time a power operation of a member may take.")
        Timeouts timeouts,
    @JsonPropertyDescription("What happens when a drain is not over in time: fail or force.")
        String drainPolicy,
    String scaleDownUtilizationThreshold,
    String scaleDownGpuUtilizationThreshold,
    String scaleDownUnneededTime,
    String scaleDownUnreadyTime,
    String maxNodeProvisionTime,
    Boolean zeroOrMaxNodeScaling,
    Boolean ignoreDaemonSetsUtilization) {
  /** No wishes at all. */
  public static final GroupSpec EMPTY =
      new GroupSpec(null, null, null, null, null, null, null, null, null, null, null, null);
}
