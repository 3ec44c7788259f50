package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is persisted of a machine beside its owner's wishes.
 *
 * @param attempts commands given in the machine's life; only ever raised
 * @param failure the last failures in a row, until a success
 * @param lastPowerOn when the last power-on command was claimed
 * @param forced the order that a whole group be on by which it was last wanted on
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
    Optional<Instant> lastPowerOn,
    Optional<String> forced,
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
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** Whether we had a hand in the machine since, and cannot tell that it is off. */
  public boolean uncertain() {
    return progress == Progress.SHUTDOWN
        && power == ObservedPower.UNKNOWN
        && (failure.isPresent() || attempts > 0 || template.isPresent());
  }

  /** When the last power-on was claimed, if the machine has not been Ready since. */
  public Optional<Instant> poweredOnInVain() {
    return lastPowerOn.filter(claimed -> lastStartup.filter(up -> !up.isBefore(claimed)).isEmpty());
  }

  /** This status with another progress. */
  public MachineStatus with(Progress progress, ObservedPower power) {
    return change(
        draft -> {
          draft.progress = progress;
          draft.power = power;
        });
  }

  /** This status with that operation under way, or none. */
  public MachineStatus with(Optional<Operation> operation) {
    return change(draft -> draft.operation = operation);
  }

  /** This status with that many commands given. */
  public MachineStatus withAttempts(int attempts) {
    return change(draft -> draft.attempts = attempts);
  }

  /** This status with that failure, or none. */
  public MachineStatus withFailure(Optional<Failure> failure) {
    return change(draft -> draft.failure = failure);
  }

  /** This status after a success of that type. */
  public MachineStatus succeeded(OperationType type, Instant now) {
    return change(
        draft -> {
          switch (type) {
            case STARTUP -> draft.lastStartup = Optional.of(now);
            case SHUTDOWN -> draft.lastShutdown = Optional.of(now);
          }
        });
  }

  /** This status, remembering that Kubernetes node. */
  public MachineStatus remembering(Template template, Optional<String> providerId) {
    return change(
        draft -> {
          draft.providerId = providerId.or(this::providerId);
          draft.template = Optional.of(template);
        });
  }

  /** This status with a power-on commanded at that time. */
  public MachineStatus poweredOnAt(Instant time) {
    return change(draft -> draft.lastPowerOn = Optional.of(time));
  }

  /** This status, wanted on by that order to a whole group, or by none. */
  public MachineStatus forcedBy(Optional<String> order) {
    return change(draft -> draft.forced = order);
  }

  private MachineStatus change(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.status();
  }

  /** A copy that can be changed, so that each change names only what it changes. */
  private static final class Draft {
    private Progress progress;
    private ObservedPower power;
    private int attempts;
    private Optional<Operation> operation;
    private Optional<Failure> failure;
    private Optional<Instant> lastPowerOn;
    private Optional<String> forced;
    private Optional<Instant> lastStartup;
    private Optional<Instant> lastShutdown;
    private Optional<String> providerId;
    private Optional<Template> template;

    Draft(MachineStatus of) {
      progress = of.progress;
      power = of.power;
      attempts = of.attempts;
      operation = of.operation;
      failure = of.failure;
      lastPowerOn = of.lastPowerOn;
      forced = of.forced;
      lastStartup = of.lastStartup;
      lastShutdown = of.lastShutdown;
      providerId = of.providerId;
      template = of.template;
    }

    MachineStatus status() {
      return new MachineStatus(
          progress,
          power,
          attempts,
          operation,
          failure,
          lastPowerOn,
          forced,
          lastStartup,
          lastShutdown,
          providerId,
          template);
    }
  }
}
