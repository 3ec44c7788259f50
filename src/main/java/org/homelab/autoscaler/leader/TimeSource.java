package org.homelab.autoscaler.leader;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Two clocks that go wrong in different ways, read together. */
public interface TimeSource {
  /**
   * A moment.
   *
   * @param nanos never set; may stand still while the whole computer sleeps
   * @param wall goes on while the computer sleeps; may be set
   */
  record Moment(long nanos, Instant wall) {
    /** How long ago that was, by the clock that is never set. */
    Duration since(Moment earlier) {
      return Duration.ofNanos(nanos - earlier.nanos);
    }

    /** How long ago that was, by whichever clock says longer. */
    Duration sinceAtMost(Moment earlier) {
      Duration byWall = Duration.between(earlier.wall, wall);
      Duration byNanos = since(earlier);
      return byWall.compareTo(byNanos) > 0 ? byWall : byNanos;
    }
  }

  /** This moment. */
  Moment now();

  /** The clocks of this computer. */
  static TimeSource system() {
    Clock wall = Clock.systemUTC();
    return () -> new Moment(System.nanoTime(), wall.instant());
  }
}
