package org.homelab.autoscaler.probe;

import org.homelab.autoscaler.fleet.ObservedPower;

/**
 * What one look of one probe says.
 *
 * @param why in a few words, with the address that was asked; never a secret
 */
public record Seen(ObservedPower power, String why) {
  /** It is on. */
  public static Seen on(String why) {
    return new Seen(ObservedPower.ON, why);
  }

  /** It is off. */
  public static Seen off(String why) {
    return new Seen(ObservedPower.OFF, why);
  }

  /** Nothing certain. */
  public static Seen unknown(String why) {
    return new Seen(ObservedPower.UNKNOWN, why);
  }
}
