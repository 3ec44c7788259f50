package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.Thresholds;

/**
 * The wishes of a group's owner.
 *
 * <p>Durations and thresholds are text, as in the Go implementation; {@code fleet.Durations} and
 * {@code fleet.Thresholds} read them. The seven options from {@code scaleDownUtilizationThreshold}
 * on are optional, and an absent one means that the Cluster Autoscaler's own flag holds.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.minSize) || !has(self.maxSize) || self.minSize <= self.maxSize",
    message = "write a number that is not above maxSize",
    fieldPath = ".minSize")
public record GroupSpec(
    @JsonPropertyDescription("Fewest machines that the Cluster Autoscaler may leave on.")
        @Default("0")
        @Min(0)
        Integer minSize,
    @JsonPropertyDescription("Most machines that may be on; all members when absent.") @Min(0)
        Integer maxSize,
    @JsonPropertyDescription(
            "Nodes with all of these labels are members too, beside those labelled group=NAME.")
        @Size(max = 32)
        @ValidationRule(
            value = "self.size() > 0",
            message = "write at least one label, or leave nodeSelector out")
        Map<String, @Size(max = 63) String> nodeSelector,
    @JsonPropertyDescription(
            "Deadlines for the power operations of members that have none of their own.")
        Timeouts timeouts,
    @JsonPropertyDescription(
            "What happens when a drain is not over in time: fail gives the power-off up, force goes"
                + " on with it.")
        @Default("fail")
        String drainPolicy,
    @JsonPropertyDescription(
            "A machine is a candidate for power-off when its pods request less than this share of"
                + " its CPU and memory, such as 0.5, 50 or 50%; the Cluster Autoscaler's flag holds"
                + " when absent.")
        @Size(max = Thresholds.MAX_LENGTH)
        @ValidationRule(value = Rules.THRESHOLD, message = Rules.THRESHOLD_HELP)
        String scaleDownUtilizationThreshold,
    @JsonPropertyDescription(
            "A machine with GPUs is a candidate for power-off when its pods request less than this"
                + " share of them, such as 0.5, 50 or 50%; the Cluster Autoscaler's flag holds when"
                + " absent.")
        @Size(max = Thresholds.MAX_LENGTH)
        @ValidationRule(value = Rules.THRESHOLD, message = Rules.THRESHOLD_HELP)
        String scaleDownGpuUtilizationThreshold,
    @JsonPropertyDescription(
            "How long a machine must be unneeded before it is powered off, such as 10m; the Cluster"
                + " Autoscaler's flag holds when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String scaleDownUnneededTime,
    @JsonPropertyDescription(
            "How long a machine that is on but not Ready is left alone before it is powered off,"
                + " such as 20m; the Cluster Autoscaler's flag holds when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String scaleDownUnreadyTime,
    @JsonPropertyDescription(
            "How long the Cluster Autoscaler waits for a machine to join before it gives up on it,"
                + " such as 15m; the Cluster Autoscaler's flag holds when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String maxNodeProvisionTime,
    @JsonPropertyDescription(
            "Whether the group is scaled as a whole only, from none to all of its machines and"
                + " back.")
        Boolean zeroOrMaxNodeScaling,
    @JsonPropertyDescription(
            "Whether pods of DaemonSets do not count when the use of a machine is measured; the"
                + " Cluster Autoscaler's flag holds when absent.")
        Boolean ignoreDaemonSetsUtilization) {
  /** No wishes at all. */
  public static final GroupSpec EMPTY =
      new GroupSpec(null, null, null, null, null, null, null, null, null, null, null, null);
}
