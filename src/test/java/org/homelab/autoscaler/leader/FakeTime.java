package org.homelab.autoscaler.leader;

import java.time.Duration;
import java.time.Instant;

/** The clocks of one replica, which a test sets. */
final class FakeTime implements TimeSource {
  private Instant wall = Instant.parse("2026-03-01T12:00:00Z");
  private long nanos;

  @Override
  public Moment now() {
    return new Moment(nanos, wall);
  }

  /** Time goes by. */
  void pass(Duration duration) {
    nanos += duration.toNanos();
    wall = wall.plus(duration);
  }

  /** The whole computer sleeps. */
  void sleep(Duration duration) {
    wall = wall.plus(duration);
  }

  /** Somebody sets the clock on, or back. */
  void set(Duration ahead) {
    wall = wall.plus(ahead);
  }
}
