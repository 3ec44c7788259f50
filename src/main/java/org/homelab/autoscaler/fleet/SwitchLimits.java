package org.homelab.autoscaler.fleet;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a group's owner keeps its machines from being switched too often or too many at once. The
 * times bind the Cluster Autoscaler; people who patch powerState are not bound.
 *
 * @param minOnTime how long a machine stays on at least once it is Ready
 * @param minOffTime how long a machine stays off at least once it is off
 * @param coolDown how long the group rests after a power-on before a machine of it is given up
 * @param atOnce most machines on their way up at the same time, if the group says so
 * @param spacing least time between two power-ons, if the group says so
 */
public record SwitchLimits(
    Optional<Duration> minOnTime,
    Optional<Duration> minOffTime,
    Optional<Duration> coolDown,
    OptionalInt atOnce,
    Optional<Duration> spacing) {
  /** The group says nothing. */
  public static final SwitchLimits NONE =
      new SwitchLimits(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty());
}
