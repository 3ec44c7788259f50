package org.homelab.autoscaler.simulator;

import java.time.Duration;

/**
 * How fast time goes in the simulation.
 *
 * @param factor length of a simulated second in real ones; 1 is what a person can follow
 */
record Pace(double factor) {
  /** As long as it says. */
  static final Pace REAL = new Pace(1);

  Duration of(Duration simulated) {
    return Duration.ofNanos(Math.max(1, Math.round(simulated.toNanos() * factor)));
  }

  Duration seconds(double simulated) {
    return of(Duration.ofMillis(Math.round(simulated * 1000)));
  }
}
