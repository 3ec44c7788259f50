package org.homelab.autoscaler.fleet;

import java.time.Instant;

/**
 * What probes say of a machine's power, after hysteresis. An observation is no command: it starts
 * no power operation, it only keeps one from being given or from being called done.
 *
 * @param power unknown when probes fail or have not said anything yet
 * @param since when it became so
 * @param seen when it was last seen so; an old one proves nothing of what was done since
 * @param source who says so, such as {@code tcp 10.0.0.7:22}
 */
public record Observation(ObservedPower power, Instant since, Instant seen, String source) {
  /** What a machine with probes has before the first of them has answered. */
  public static final Observation NOTHING_YET =
      new Observation(ObservedPower.UNKNOWN, Instant.EPOCH, Instant.EPOCH, "no probe yet");

  /** The power seen at that time. */
  public static Observation at(Instant now, ObservedPower power, String source) {
    return new Observation(power, now, now, source);
  }

  /** The same, seen once more. */
  public Observation again(Instant now) {
    return new Observation(power, since, now, source);
  }
}
