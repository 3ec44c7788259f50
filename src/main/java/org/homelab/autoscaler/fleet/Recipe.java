package org.homelab.autoscaler.fleet;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A recipe as it switches one machine: known, complete and checked.
 *
 * @param name prefix of its Kamelets' names
 * @param parameters every parameter but the secret ones, defaults filled in
 * @param secret name of the Secret with the secret ones
 * @param after how long the command before has before this one is given; zero for the first
 * @param on who carries out its power-on
 * @param off who carries out its power-off
 * @param probe what its probe can tell
 */
public record Recipe(
    String name,
    Map<String, String> parameters,
    Optional<String> secret,
    Duration after,
    Giver on,
    Giver off,
    Probe probe) {
  /** The pod specs. */
  public static final Recipe JOB =
      new Recipe(
          "job",
          Map.of("deadline", "0"),
          Optional.empty(),
          Duration.ZERO,
          Giver.JOB,
          Giver.JOB,
          Probe.NONE);

  public Recipe {
    parameters = Map.copyOf(parameters);
  }

  /** Who carries a command out. */
  public enum Giver {
    /** A Job, which is seen by its name whoever dies meanwhile. */
    JOB,
    /** The operator itself, which leaves no trace but what it notes down. */
    OPERATOR
  }

  /** What a probe can tell. */
  public enum Probe {
    /** There is none. */
    NONE,
    /** That the machine runs; its silence says nothing. */
    LIFE,
    /** Whether the machine has power: on, off, or unknown. */
    POWER
  }

  /** Who carries out that operation. */
  public Giver giver(OperationType type) {
    return switch (type) {
      case STARTUP -> on;
      case SHUTDOWN -> off;
    };
  }
}
