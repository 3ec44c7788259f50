package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.Optional;

/**
 * A power operation under way, as remembered in the machine's status.
 *
 * @param startedAt when it began; a drain's deadline counts from here
 * @param command the command given to the machine, once one is; absent while draining
 */
public record Operation(OperationType type, Instant startedAt, Optional<Command> command) {

  /**
   * A command to a machine. It is claimed in status before it is given, so that a restart finds it.
   *
   * @param attempt number of the command in the machine's life; names the Job
   * @param claimedAt when it was claimed; the operation's deadline counts from here
   * @param job name of the Job that carries it out, once that is known to exist
   */
  public record Command(int attempt, Instant claimedAt, Optional<String> job) {

    /** The same command, known to have been given by that Job. */
    public Command givenBy(String job) {
      return new Command(attempt, claimedAt, Optional.of(job));
    }
  }

  /** A drain that has just begun. */
  public static Operation shutdown(Instant now) {
    return new Operation(OperationType.SHUTDOWN, now, Optional.empty());
  }

  /** A power-on that has just been claimed. */
  public static Operation startup(Instant now, int attempt) {
    return new Operation(OperationType.STARTUP, now, Optional.of(command(attempt, now)));
  }

  /** This operation with a command claimed now. */
  public Operation claimed(int attempt, Instant now) {
    return new Operation(type, startedAt, Optional.of(command(attempt, now)));
  }

  /** This operation with its command known to have been given by that Job. */
  public Operation givenBy(String job) {
    return new Operation(type, startedAt, command.map(given -> given.givenBy(job)));
  }

  private static Command command(int attempt, Instant now) {
    return new Command(attempt, now, Optional.empty());
  }
}
