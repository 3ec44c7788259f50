package org.homelab.autoscaler.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/**
 * How much a random suite tries: in a build the same every time, at length, under {@code -Plong},
 * other cases each time, for the minutes that {@code homelab.long} gives to each suite.
 */
public final class Effort {
  private static final String MINUTES = "homelab.long";
  private static final String SEED = "homelab.seed";

  private final Instant until =
      Instant.now().plus(Duration.ofMinutes(Integer.getInteger(MINUTES, 0)));
  private final long first =
      Long.getLong(SEED, atLength() ? new Random().nextInt(Integer.MAX_VALUE) : 0);

  /** Whether to try at length. */
  public static boolean atLength() {
    return Integer.getInteger(MINUTES, 0) > 0;
  }

  /** The seed of the first case; what failed once is played again by {@code -Dhomelab.seed}. */
  public long firstSeed() {
    return first;
  }

  /** Whether to try more, given whether as much was tried as in any build. */
  public boolean more(boolean enoughForABuild) {
    return !enoughForABuild || Instant.now().isBefore(until);
  }
}
