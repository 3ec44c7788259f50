package org.homelab.autoscaler.leader;

import java.time.Duration;

/**
 * How a Lease is held.
 *
 * @param duration how long a holder that falls silent keeps it; whole seconds
 * @param retry how often the holder renews it and the others look at it
 */
public record Terms(Duration duration, Duration retry) {
  private static final int RETRIES = 5;

  public Terms {
    if (duration.toNanosPart() != 0 || duration.compareTo(retry.multipliedBy(RETRIES)) < 0) {
      throw new IllegalArgumentException(
          "a Lease lasts whole seconds, and at least %d times as long as the pause between two looks"
              .formatted(RETRIES));
    }
  }

  /**
   * How long after the beginning of a renewal its holder acts: a fifth less than the others wait,
   * so that clocks which do not run alike, and what is under way, do no harm.
   */
  public Duration certain() {
    return duration.minus(duration.dividedBy(RETRIES));
  }

  /** When, after a crash of the holder, another one leads at the latest, if the API answers. */
  public Duration longestTakeover() {
    return duration.plus(retry);
  }
}
