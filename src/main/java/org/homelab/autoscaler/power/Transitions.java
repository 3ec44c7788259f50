package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Template;

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
    return machine.nodeReady()
        ? ObservedPower.ON
        : machine.node().isEmpty() ? ObservedPower.OFF : before;
  }

  static MachineStatus poweringOn(MachineStatus status, int attempt, Instant now) {
    return claimed(status, attempt)
        ? status
        : status
            .with(Progress.STARTING_UP, ObservedPower.UNKNOWN)
            .withAttempts(attempt)
            .with(Optional.of(Operation.startup(now, attempt)));
  }

  static MachineStatus draining(MachineStatus status, Instant now) {
    return status
        .with(Progress.SHUTTING_DOWN, status.power())
        .with(Optional.of(Operation.shutdown(now)));
  }

  static MachineStatus poweringOff(MachineStatus status, int attempt, Instant now) {
    Operation drain = status.operation().orElseGet(() -> Operation.shutdown(now));
    return claimed(status, attempt)
        ? status
        : status
            .with(Progress.SHUTTING_DOWN, ObservedPower.UNKNOWN)
            .withAttempts(attempt)
            .with(Optional.of(drain.claimed(attempt, now)));
  }

  static MachineStatus startupFailed(Machine machine, Reason reason, String how, Instant now) {
    return machine
        .status()
        .with(Progress.SHUTDOWN, ObservedPower.UNKNOWN)
        .with(Optional.empty())
        .withFailure(failed(machine, OperationType.STARTUP, reason, how, now));
  }

  static MachineStatus shutdownFailed(Machine machine, Reason reason, String how, Instant now) {
    return stillOn(machine)
        .with(Optional.empty())
        .withFailure(failed(machine, OperationType.SHUTDOWN, reason, how, now));
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
    boolean asked = status.operation().filter(op -> op.type() == OperationType.STARTUP).isPresent();
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
            .withFailure(
                status.failure().filter(failure -> failure.type() == OperationType.STARTUP));
    return remembering(machine, asked ? off.succeeded(OperationType.SHUTDOWN, now) : off);
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
    return status.remembering(Template.of(node.get()), node.get().providerId());
  }

  private static Optional<Failure> failed(
      Machine machine, OperationType type, Reason reason, String how, Instant now) {
    return Optional.of(Failures.next(machine, type, reason, how, now));
  }
}
