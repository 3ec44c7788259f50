package org.homelab.autoscaler.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A group owner's wishes, read and checked.
 *
 * @param nodeSelector labels that make a Node a member; empty selects none
 * @param healthCheck how members are checked that say nothing themselves
 * @param dryRun whether decisions are only told and nothing is touched
 * @param forceAllOn a person's order that every usable member be on
 * @param power how members are switched that do not say so themselves
 * @param providerIdTemplate makes the provider ids of members that declare none
 * @param template what the Kubernetes nodes of members that declare nothing will look like
 */
public record GroupPolicy(
    int minSize,
    OptionalInt maxSize,
    Map<String, String> nodeSelector,
    PowerTimeouts timeouts,
    DrainPolicy drainPolicy,
    Options options,
    HealthCheck healthCheck,
    SwitchLimits limits,
    boolean dryRun,
    Optional<Hold> forceAllOn,
    PowerWish power,
    Optional<String> providerIdTemplate,
    Optional<Template> template) {
  /** A group that says nothing of how its members look. */
  public GroupPolicy(
      int minSize,
      OptionalInt maxSize,
      Map<String, String> nodeSelector,
      PowerTimeouts timeouts,
      DrainPolicy drainPolicy,
      Options options,
      HealthCheck healthCheck,
      SwitchLimits limits,
      boolean dryRun,
      Optional<Hold> forceAllOn,
      PowerWish power) {
    this(
        minSize,
        maxSize,
        nodeSelector,
        timeouts,
        drainPolicy,
        options,
        healthCheck,
        limits,
        dryRun,
        forceAllOn,
        power,
        Optional.empty(),
        Optional.empty());
  }

  /** A group that leaves it to its members how they are switched. */
  public GroupPolicy(
      int minSize,
      OptionalInt maxSize,
      Map<String, String> nodeSelector,
      PowerTimeouts timeouts,
      DrainPolicy drainPolicy,
      Options options,
      HealthCheck healthCheck,
      SwitchLimits limits,
      boolean dryRun,
      Optional<Hold> forceAllOn) {
    this(
        minSize,
        maxSize,
        nodeSelector,
        timeouts,
        drainPolicy,
        options,
        healthCheck,
        limits,
        dryRun,
        forceAllOn,
        PowerWish.NONE);
  }

  public GroupPolicy {
    nodeSelector = Map.copyOf(nodeSelector);
  }

  /** The wishes of an owner who says nothing of health checks and limits. */
  public GroupPolicy(
      int minSize,
      OptionalInt maxSize,
      Map<String, String> nodeSelector,
      PowerTimeouts timeouts,
      DrainPolicy drainPolicy,
      Options options) {
    this(
        minSize,
        maxSize,
        nodeSelector,
        timeouts,
        drainPolicy,
        options,
        HealthCheck.NONE,
        SwitchLimits.NONE,
        false,
        Optional.empty());
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

  /** The order in force that every usable member be on, if any. */
  public Optional<Hold> forceAllOn(Instant now) {
    return forceAllOn.filter(order -> order.activeAt(now));
  }
}
