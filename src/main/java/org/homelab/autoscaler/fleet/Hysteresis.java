package org.homelab.autoscaler.fleet;

import java.time.Instant;

/**
 * What is believed of a machine's power, and what has been seen against it. One look that says
 * otherwise changes nothing: only so many in a row do. Immutable.
 *
 * @param believed what holds
 * @param doubt what was seen last, if that is something else
 * @param inARow how often in a row it was
 */
public record Hysteresis(Observation believed, ObservedPower doubt, int inARow) {
  /** Before the first look. */
  public static final Hysteresis START =
      new Hysteresis(Observation.NOTHING_YET, ObservedPower.UNKNOWN, 0);

  /** What is believed after one more look. */
  public Hysteresis after(ObservedPower seen, String source, HealthCheck check, Instant now) {
    if (seen == believed.power()) {
      return new Hysteresis(believed.again(now), seen, 0);
    }
    int row = seen == doubt ? inARow + 1 : 1;
    int enough = seen == ObservedPower.ON ? check.successes() : check.failures();
    return row >= enough
        ? new Hysteresis(Observation.at(now, seen, source), seen, 0)
        : new Hysteresis(believed, seen, row);
  }
}
