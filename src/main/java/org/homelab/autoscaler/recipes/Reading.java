package org.homelab.autoscaler.recipes;

import java.util.OptionalDouble;
import org.homelab.autoscaler.fleet.ObservedPower;

/**
 * What a probe saw. Unknown is a reading like any other: nothing is guessed.
 *
 * @param why in words, where the power is unknown
 * @param watts what is drawn, where the device measures it
 * @param kilowattHours what has been drawn in all, where the device counts it
 */
public record Reading(
    ObservedPower power, String why, OptionalDouble watts, OptionalDouble kilowattHours) {
  /** Power seen, nothing measured. */
  public static Reading of(ObservedPower power) {
    return new Reading(power, "", OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** Nothing is known, and why. */
  public static Reading unknown(String why) {
    return new Reading(ObservedPower.UNKNOWN, why, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** The reading of something that is on or off. */
  static Reading of(boolean on) {
    return of(on ? ObservedPower.ON : ObservedPower.OFF);
  }

  /** The same with a measurement. */
  Reading measured(OptionalDouble watts, OptionalDouble kilowattHours) {
    return new Reading(power, why, watts, kilowattHours);
  }
}
