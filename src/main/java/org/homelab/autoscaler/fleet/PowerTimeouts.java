package org.homelab.autoscaler.fleet;

import java.time.Duration;
import java.util.Optional;

/** Deadlines of power operations where their owner has set them. */
public record PowerTimeouts(
    Optional<Duration> startup, Optional<Duration> shutdown, Optional<Duration> drain) {
  /** None is set. */
  public static final PowerTimeouts NONE =
      new PowerTimeouts(Optional.empty(), Optional.empty(), Optional.empty());

  /** These, and where one is absent, the other's. */
  public PowerTimeouts or(PowerTimeouts other) {
    return new PowerTimeouts(
        startup.or(other::startup), shutdown.or(other::shutdown), drain.or(other::drain));
  }
}
