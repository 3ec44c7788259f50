package org.homelab.autoscaler.fleet;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A group owner's wishes, read and checked.
 *
 * @param nodeSelector labels that make a Node a member; empty selects none
 */
public record GroupPolicy(
    int minSize,
    OptionalInt maxSize,
    Map<String, String> nodeSelector,
    PowerTimeouts timeouts,
    DrainPolicy drainPolicy,
    Options options) {
  public GroupPolicy {
    nodeSelector = Map.copyOf(nodeSelector);
  }

  /**
   * Options that the group overrides; an absent one means that CA's own flag holds. Thresholds are
   * fractions of 1.
   */
  public record Options(
      OptionalDouble scaleDownUtilizationThreshold,
      OptionalDouble scaleDownGpuUtilizationThreshold,
      Optional<Duration> scaleDownUnneededTime,
      Optional<Duration> scaleDownUnreadyTime,
      Optional<Duration> maxNodeProvisionTime,
      Optional<Boolean> zeroOrMaxNodeScaling,
      Optional<Boolean> ignoreDaemonSetsUtilization) {
    /** No override. */
    public static final Options NONE =
        new Options(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }

  /** The policy of a group that says nothing. */
  public static final GroupPolicy NONE =
      new GroupPolicy(
          0, OptionalInt.empty(), Map.of(), PowerTimeouts.NONE, DrainPolicy.FAIL, Options.NONE);
}
