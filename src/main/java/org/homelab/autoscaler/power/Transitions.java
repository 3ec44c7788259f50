package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.Observation;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Progress;

/** What is persisted of a machine once a decision has been taken. Pure. */
final class Transitions {
  private Transitions() {}

  /** A look that led to no step. */
  static MachineStatus seen(Machine machine) {
    MachineStatus status = machine.status();
    return switch (status.progress()) {
      case NEW -> status;
      case STARTING_UP, SHUTTING_DOWN -> status.with(given(machine));
      case READY ->
          status.with(
              Progress.READY, machine.nodeReady() ? ObservedPower.ON : ObservedPower.UNKNOWN);
      case SHUTDOWN -> status.with(Progress.SHUTDOWN, powerWhileOff(machine));
    };
  }

  /** A Job that is there was given, whoever died before noting it down; it may be gone soon. */
  private static Optional<Operation> given(Machine machine) {
    return machine.status().operation().map(operation -> given(machine, operation));
  }

  private static Operation given(Machine machine, Operation operation) {
    Optional<String> job =
        operation
            .command()
            .filter(command -> command.job().isEmpty())
            .map(claim -> JobNames.of(machine.name(), operation.type(), claim.attempt()))
            .filter(name -> machine.job(name).isPresent());
    return job.map(operation::givenBy).orElse(operation);
  }

  /** What needs a clean-up stays unknown; what was switched on by hand is on while it is seen. */
  private static ObservedPower powerWhileOff(Machine machine) {
    ObservedPower before = machine.status().power();
    if (before == ObservedPower.UNKNOWN) {
      return before;
    }
    if (machine.nodeReady() || machine.seenOn()) {
      return ObservedPower.ON;
    }
    boolean doubtful =
        machine.node().isPresent()
            || machine.observation().filter(Transitions::unclear).isPresent();
    return doubtful ? before : ObservedPower.OFF;
  }

  private static boolean unclear(Observation seen) {
    return seen.power() == ObservedPower.UNKNOWN;
  }

  static MachineStatus poweringOn(Machine machine, int attempt, int stage, Instant now) {
    MachineStatus status = machine.status();
    Optional<String> recipe = machine.power().givenByOperator(OperationType.STARTUP, stage);
    Operation boot =
        status
            .operation()
            .filter(under -> stage > 0)
            .map(under -> under.claimed(attempt, now))
            .orElseGet(() -> Operation.startup(now, attempt));
    return claimed(status, attempt)
        ? status
        : status
            .with(Progress.STARTING_UP, ObservedPower.UNKNOWN)
            .withAttempts(attempt)
            .poweredOnAt(now)
            .with(Optional.of(boot.by(recipe, stage)));
  }

  static MachineStatus draining(MachineStatus status, Instant now) {
    return status
        .with(Progress.SHUTTING_DOWN, status.power())
        .with(Optional.of(Operation.shutdown(now)));
  }

  /** How many pods there were is remembered, so that the count of those gone outlives a restart. */
  static MachineStatus stillDraining(Machine machine) {
    int pods = machine.drain().map(DrainView::remaining).orElse(0);
    MachineStatus status = machine.status();
    return status.with(status.operation().map(drain -> drain.seeing(pods)));
  }

  static MachineStatus poweringOff(Machine machine, int attempt, int stage, Instant now) {
    MachineStatus status = machine.status();
    Optional<String> recipe = machine.power().givenByOperator(OperationType.SHUTDOWN, stage);
    Operation drain = status.operation().orElseGet(() -> Operation.shutdown(now));
    return claimed(status, attempt)
        ? status
        : status
            .with(Progress.SHUTTING_DOWN, ObservedPower.UNKNOWN)
            .withAttempts(attempt)
            .with(Optional.of(drain.claimed(attempt, now).by(recipe, stage)));
  }

  /** What became of the recipe before is remembered as long as the operation lasts. */
  static MachineStatus fallingBack(Machine machine, Decision.FallBack next, Instant now) {
    MachineStatus status =
        switch (next.type()) {
          case STARTUP -> poweringOn(machine, next.attempt(), next.stage(), now);
          case SHUTDOWN -> poweringOff(machine, next.attempt(), next.stage(), now);
        };
    return claimed(machine.status(), next.attempt())
        ? status
        : status.with(
            status
                .operation()
                .map(operation -> operation.after(next.how()))
                .map(operation -> leftOpen(machine, operation)));
  }

  /** A power-off that was neither refused nor came to nothing may yet have its effect. */
  private static Operation leftOpen(Machine machine, Operation next) {
    return machine
        .status()
        .operation()
        .filter(before -> before.type() == OperationType.SHUTDOWN)
        .flatMap(Operation::command)
        .filter(command -> command.problem().isEmpty() && !jobFailed(machine, command))
        .map(command -> next.openSince(command.claimedAt()))
        .orElse(next);
  }

  private static boolean jobFailed(Machine machine, Operation.Command command) {
    return machine
        .job(JobNames.of(machine.name(), OperationType.SHUTDOWN, command.attempt()))
        .filter(job -> job.state() == PowerJob.State.FAILED)
        .isPresent();
  }

  static MachineStatus startupFailed(Machine machine, Reason reason, String how, Instant now) {
    return machine
        .status()
        .with(Progress.SHUTDOWN, ObservedPower.UNKNOWN)
        .with(Optional.empty())
        .withFailure(failed(machine, OperationType.STARTUP, reason, how, now));
  }

  static MachineStatus shutdownFailed(Machine machine, Reason reason, String how, Instant now) {
    return notOff(machine)
        .with(Optional.empty())
        .withFailure(failed(machine, OperationType.SHUTDOWN, reason, how, now));
  }

  /** A machine that was told to go, and is not Ready, is not counted on any more. */
  private static MachineStatus notOff(Machine machine) {
    boolean told = machine.status().operation().flatMap(Operation::command).isPresent();
    return told && !machine.nodeReady()
        ? machine.status().with(Progress.SHUTDOWN, ObservedPower.UNKNOWN)
        : stillOn(machine);
  }

  private static boolean claimed(MachineStatus status, int attempt) {
    return status
        .operation()
        .flatMap(Operation::command)
        .filter(command -> command.attempt() == attempt)
        .isPresent();
  }

  static MachineStatus ready(Machine machine, Instant now) {
    MachineStatus status = machine.status();
    // Also a power-on that had been given up may have worked after all.
    boolean asked =
        status.operation().filter(op -> op.type() == OperationType.STARTUP).isPresent()
            || status.poweredOnInVain().isPresent();
    MachineStatus ready =
        status
            .with(Progress.READY, ObservedPower.ON)
            .with(Optional.empty())
            .withFailure(Optional.empty());
    return remembering(machine, asked ? ready.succeeded(OperationType.STARTUP, now) : ready);
  }

  static MachineStatus off(Machine machine, Instant now) {
    MachineStatus status = machine.status();
    boolean asked = status.operation().flatMap(Operation::command).isPresent();
    MachineStatus off =
        status
            .with(Progress.SHUTDOWN, ObservedPower.OFF)
            .with(Optional.empty())
            .withFailure(status.failure().flatMap(failure -> ofBoot(machine, failure)));
    return remembering(machine, asked ? off.succeeded(OperationType.SHUTDOWN, now) : off);
  }

  /** A machine that never came has failed to boot, whatever became of its clean-up. */
  private static Optional<Failure> ofBoot(Machine machine, Failure failure) {
    return failure.type() == OperationType.STARTUP || machine.neverCame()
        ? Optional.of(failure.of(OperationType.STARTUP))
        : Optional.empty();
  }

  /** What was not being switched off has only lost a cordon that was left on it. */
  static MachineStatus cancelled(Machine machine) {
    return switch (machine.status().progress()) {
      case NEW, SHUTDOWN, STARTING_UP -> seen(machine);
      case READY, SHUTTING_DOWN -> stillOn(machine).with(Optional.empty());
    };
  }

  /** Where a machine stands whose power-off did not happen. */
  static MachineStatus stillOn(Machine machine) {
    MachineStatus status = machine.status();
    if (machine.node().isEmpty()) {
      return status.with(Progress.SHUTDOWN, ObservedPower.UNKNOWN);
    }
    return status.with(
        Progress.READY, machine.nodeReady() ? ObservedPower.ON : ObservedPower.UNKNOWN);
  }

  static MachineStatus remembering(Machine machine, MachineStatus status) {
    Optional<KubernetesNode> node = machine.node();
    if (node.isEmpty() || node.get().allocatable().isEmpty()) {
      return status;
    }
    return status.remembering(Registration.template(node.get(), machine), node.get().providerId());
  }

  private static Optional<Failure> failed(
      Machine machine, OperationType type, Reason reason, String how, Instant now) {
    return Optional.of(Failures.next(machine, type, reason, how, now));
  }
}
