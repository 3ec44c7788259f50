package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * What the probe of a machine's recipe has seen.
 *
 * @param power never guessed: unknown where the device did not answer or what it says is unclear
 * @param at when it was asked, so that what it says may be older than its answer
 * @param watts what the machine draws, where the device measures it
 * @param kilowattHours what it has drawn in all, where the device counts it
 */
public record DeviceReading(
    ObservedPower power, Instant at, OptionalDouble watts, OptionalDouble kilowattHours) {
  /** A reading without a measurement. */
  public DeviceReading(ObservedPower power, Instant at) {
    this(power, at, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** Whether it was made after that. */
  public boolean since(Instant time) {
    return at.isAfter(time);
  }
}
