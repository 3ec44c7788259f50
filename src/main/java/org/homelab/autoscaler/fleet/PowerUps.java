package org.homelab.autoscaler.fleet;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How many machines that share something, a group or a circuit, may be powered up together.
 *
 * @param atOnce most that are on their way at the same time, from the command until the machine is
 *     Ready or has failed; absent: any number
 * @param spacing least time between two commands, so that their inrush currents do not add up
 */
public record PowerUps(OptionalInt atOnce, Duration spacing) {
  /** Any number, at any time. */
  public static final PowerUps UNLIMITED = new PowerUps(OptionalInt.empty(), Duration.ZERO);

  /** Whether there is anything to heed. */
  public boolean limited() {
    return atOnce.isPresent() || !spacing.isZero();
  }
}
