package org.homelab.autoscaler.fleet;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** A policy that says nothing but what is told here. */
public final class GroupPolicies {
  private GroupPolicies() {}

  /** The same with other limits. */
  public static GroupPolicy with(GroupPolicy policy, SwitchLimits limits) {
    return new GroupPolicy(
        policy.minSize(),
        policy.maxSize(),
        policy.nodeSelector(),
        policy.timeouts(),
        policy.drainPolicy(),
        policy.options(),
        policy.healthCheck(),
        limits,
        policy.dryRun(),
        policy.forceAllOn());
  }

  /** The same, in a dry run or not. */
  public static GroupPolicy dryRun(GroupPolicy policy, boolean dryRun) {
    return new GroupPolicy(
        policy.minSize(),
        policy.maxSize(),
        policy.nodeSelector(),
        policy.timeouts(),
        policy.drainPolicy(),
        policy.options(),
        policy.healthCheck(),
        policy.limits(),
        dryRun,
        policy.forceAllOn());
  }

  /** The same with an order that all be on, or none. */
  public static GroupPolicy forced(GroupPolicy policy, Optional<Hold> order) {
    return new GroupPolicy(
        policy.minSize(),
        policy.maxSize(),
        policy.nodeSelector(),
        policy.timeouts(),
        policy.drainPolicy(),
        policy.options(),
        policy.healthCheck(),
        policy.limits(),
        policy.dryRun(),
        order);
  }

  /** Least times and a rest; zero is none. */
  public static SwitchLimits times(Duration minOn, Duration minOff, Duration coolDown) {
    return new SwitchLimits(
        some(minOn), some(minOff), some(coolDown), OptionalInt.empty(), Optional.empty());
  }

  private static Optional<Duration> some(Duration time) {
    return Optional.of(time).filter(given -> !given.isZero());
  }
}
