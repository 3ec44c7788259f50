package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.Optional;

/**
 * What is persisted of a machine beside its owner's wishes.
 *
 * @param attempts commands given in the machine's life; only ever raised
 * @param failure the last failures in a row, until a success
 * @param lastStartup last time it was switched on with success
 * @param lastShutdown last time it was switched off with success
 * @param providerId the provider id its Kubernetes node last had
 * @param template what its Kubernetes node last looked like
 */
public record MachineStatus(
    Progress progress,
    ObservedPower power,
    int attempts,
    Optional<Operation> operation,
    Optional<Failure> failure,
    Optional<Instant> lastStartup,
    Optional<Instant> lastShutdown,
    Optional<String> providerId,
    Optional<Template> template) {

  /** The status of a machine that nobody has looked at yet. */
  public static final MachineStatus NEW =
      new MachineStatus(
          Progress.NEW,
          ObservedPower.UNKNOWN,
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** Whether we had a hand in the machine since, and cannot tell that it is off. */
  public boolean uncertain() {
    return progress == Progress.SHUTDOWN
        && power == ObservedPower.UNKNOWN
        && (failure.isPresent() || attempts > 0 || template.isPresent());
  }

  /** This status with another progress. */
  public MachineStatus with(Progress progress, ObservedPower power) {
    return new MachineStatus(
        progress,
        power,
        attempts,
        operation,
        failure,
        lastStartup,
        lastShutdown,
        providerId,
        template);
  }

  /** This status with that operation under way, or none. */
  public MachineStatus with(Optional<Operation> operation) {
    return new MachineStatus(
        progress,
        power,
        attempts,
        operation,
        failure,
        lastStartup,
        lastShutdown,
        providerId,
        template);
  }

  /** This status with that many commands given. */
  public MachineStatus withAttempts(int attempts) {
    return new MachineStatus(
        progress,
        power,
        attempts,
        operation,
        failure,
        lastStartup,
        lastShutdown,
        providerId,
        template);
  }

  /** This status with that failure, or none. */
  public MachineStatus withFailure(Optional<Failure> failure) {
    return new MachineStatus(
        progress,
        power,
        attempts,
        operation,
        failure,
        lastStartup,
        lastShutdown,
        providerId,
        template);
  }

  /** This status after a success of that type. */
  public MachineStatus succeeded(OperationType type, Instant now) {
    return new MachineStatus(
        progress,
        power,
        attempts,
        operation,
        failure,
        type == OperationType.STARTUP ? Optional.of(now) : lastStartup,
        type == OperationType.SHUTDOWN ? Optional.of(now) : lastShutdown,
        providerId,
        template);
  }

  /** This status, remembering that Kubernetes node. */
  public MachineStatus remembering(Template template, Optional<String> providerId) {
    return new MachineStatus(
        progress,
        power,
        attempts,
        operation,
        failure,
        lastStartup,
        lastShutdown,
        providerId.isPresent() ? providerId : this.providerId,
        Optional.of(template));
  }
}
