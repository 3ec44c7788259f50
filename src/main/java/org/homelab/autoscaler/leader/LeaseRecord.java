package org.homelab.autoscaler.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a Lease says.
 *
 * @param holder who has it; empty for nobody
 * @param duration how long it is kept without renewal
 * @param acquired when its holder got it, by the holder's clock
 * @param renewed when its holder last renewed it, by the holder's clock
 * @param transitions how often it has changed hands
 */
public record LeaseRecord(
    Optional<String> holder,
    Duration duration,
    Instant acquired,
    Instant renewed,
    int transitions) {

  /** Held by nobody from now on. */
  LeaseRecord released(Instant now) {
    return new LeaseRecord(Optional.empty(), Duration.ofSeconds(1), acquired, now, transitions);
  }
}
