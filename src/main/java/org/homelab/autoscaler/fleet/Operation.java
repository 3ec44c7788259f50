package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A power operation under way, as remembered in the machine's status.
 *
 * @param startedAt when it began; a drain's deadline counts from here
 * @param command the command given to the machine, once one is; absent while draining
 * @param pods the most pods that the drain has seen at a time
 * @param outcomes what became of the recipes before the command's, a line for each
 * @param openSince when the last of the commands before was claimed that the machine may still obey
 */
public record Operation(
    OperationType type,
    Instant startedAt,
    Optional<Command> command,
    int pods,
    List<String> outcomes,
    Optional<Instant> openSince) {
  /** Characters of a line about one recipe; longer ones are cut. */
  public static final int LONGEST_OUTCOME = 200;

  public Operation {
    outcomes = List.copyOf(outcomes);
  }

  /** An operation whose drain has seen no pods and that no other recipe was used for. */
  public Operation(OperationType type, Instant startedAt, Optional<Command> command) {
    this(type, startedAt, command, 0, List.of(), Optional.empty());
  }

  /**
   * A command to a machine. It is claimed in status before it is given, so that a restart finds it.
   *
   * @param attempt number of the command in the machine's life; names the Job
   * @param claimedAt when it was claimed; the operation's deadline counts from here
   * @param job name of the Job that carries it out, once that is known to exist
   * @param recipe the recipe by which the operator itself gives it; empty when a Job does
   * @param stage which recipe of the machine's plan gives it, 0 the first
   * @param sentAt when a device took it, if that is known
   * @param problem why a device did not take it, if that is known
   */
  public record Command(
      int attempt,
      Instant claimedAt,
      Optional<String> job,
      Optional<String> recipe,
      int stage,
      Optional<Instant> sentAt,
      Optional<String> problem) {

    /** A command of the first recipe of which nothing more is known. */
    public Command(int attempt, Instant claimedAt, Optional<String> job) {
      this(attempt, claimedAt, job, Optional.empty(), 0, Optional.empty(), Optional.empty());
    }

    /** The same command, known to have been given by that Job. */
    public Command givenBy(String job) {
      return new Command(attempt, claimedAt, Optional.of(job), recipe, stage, sentAt, problem);
    }

    /** The same command, known to have been taken by a device. */
    public Command sent(Instant now) {
      return new Command(
          attempt, claimedAt, job, recipe, stage, Optional.of(now), Optional.empty());
    }

    /** The same command, known not to have been taken by a device. */
    public Command failed(String why) {
      return new Command(
          attempt, claimedAt, job, recipe, stage, Optional.empty(), Optional.of(why));
    }

    /** The same command, given by the operator itself by that recipe. */
    public Command by(Optional<String> recipe, int stage) {
      return new Command(attempt, claimedAt, job, recipe, stage, sentAt, problem);
    }

    /** Whether it is written down what became of it. */
    public boolean noted() {
      return job.isPresent() || sentAt.isPresent() || problem.isPresent();
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
    return with(command(attempt, now));
  }

  /** This operation with its command given by the operator itself by that recipe. */
  public Operation by(Optional<String> recipe, int stage) {
    return with(command.map(claim -> claim.by(recipe, stage)));
  }

  /** This operation with that command. */
  public Operation with(Command command) {
    return with(Optional.of(command));
  }

  /** This operation with its command known to have been given by that Job. */
  public Operation givenBy(String job) {
    return with(command.map(given -> given.givenBy(job)));
  }

  private Operation with(Optional<Command> command) {
    return new Operation(type, startedAt, command, pods, outcomes, openSince);
  }

  /** This operation, whose drain has seen that many pods. */
  public Operation seeing(int pods) {
    return new Operation(type, startedAt, command, Math.max(this.pods, pods), outcomes, openSince);
  }

  /** This operation, a recipe of which has come to that. */
  public Operation after(String outcome) {
    return new Operation(
        type,
        startedAt,
        command,
        pods,
        Stream.concat(outcomes.stream(), Stream.of(outcome)).toList(),
        openSince);
  }

  /** This operation, whose command of that time may yet be obeyed while another is used. */
  public Operation openSince(Instant claimedAt) {
    return new Operation(type, startedAt, command, pods, outcomes, Optional.of(claimedAt));
  }

  private static Command command(int attempt, Instant now) {
    return new Command(attempt, now, Optional.empty());
  }
}
