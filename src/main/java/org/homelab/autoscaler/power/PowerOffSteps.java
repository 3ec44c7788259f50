package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;

/** The next step of a machine that is on or going down. */
final class PowerOffSteps {
  private final Look look;
  private final Machine machine;
  private final PowerPolicy policy;

  PowerOffSteps(Look look) {
    this.look = look;
    this.machine = look.machine();
    this.policy = look.policy();
  }

  Decision whileReady() {
    boolean cordonLeft = machine.node().filter(KubernetesNode::cordonedByUs).isPresent();
    if (!machine.desiredOn()) {
      Optional<Decision> obstacle = look.obstacleToPowerOff();
      return obstacle
          .map(why -> cordonLeft ? giveBack(new Decision.CancelShutdown(why.reason())) : why)
          .orElseGet(() -> new Decision.BeginShutdown(Reason.DESIRED_OFF));
    }
    if (machine.node().isEmpty()) {
      return waitFor(Reason.NODE_GONE);
    }
    if (cordonLeft) {
      return giveBack(new Decision.CancelShutdown(Reason.CANCELLED));
    }
    if (!Registration.complete(machine.node().get(), machine)) {
      return new Decision.Register(Reason.JOINED);
    }
    return waitFor(machine.nodeReady() ? Reason.READY : Reason.NODE_NOT_READY);
  }

  Decision whileDraining() {
    if (machine.desiredOn()) {
      return giveBack(new Decision.CancelShutdown(Reason.CANCELLED));
    }
    return look.operation().map(this::draining).orElseGet(this::interrupted);
  }

  private Decision draining(Operation operation) {
    if (look.ahead(operation.startedAt())) {
      return new Decision.BeginShutdown(Reason.INTERRUPTED);
    }
    boolean over = look.over(operation.startedAt(), policy.drain());
    boolean force = policy.drainPolicy() == DrainPolicy.FORCE;
    boolean cordoned = machine.node().map(KubernetesNode::unschedulable).orElse(true);
    boolean empty = machine.drain().map(DrainView::done).orElse(false);
    if (cordoned && (empty || (over && force))) {
      return look.jobRunning().orElseGet(() -> powerOff(operation, empty));
    }
    if (over && !force) {
      String left = machine.drain().map(DrainView::waitingFor).orElse("");
      return giveBack(new Decision.FailShutdown(Reason.DRAIN_TIMEOUT, left));
    }
    return new Decision.Drain(Reason.DRAINING, operation.startedAt().plus(policy.drain()));
  }

  private Decision powerOff(Operation operation, boolean empty) {
    Optional<Integer> claimed = operation.command().map(Command::attempt);
    Reason drained = claimed.isPresent() ? Reason.RESUMED : Reason.DRAINED;
    return new Decision.PowerOff(
        empty ? drained : Reason.DRAIN_FORCED,
        claimed.orElseGet(() -> look.nextAttempt(OperationType.SHUTDOWN)));
  }

  /** Somebody else began to switch the machine off and left no word of it. */
  private Decision interrupted() {
    if (machine.nodeReady()) {
      return new Decision.BeginShutdown(Reason.INTERRUPTED);
    }
    return look.settling()
        .or(look::jobRunning)
        .orElseGet(() -> new Decision.ConfirmOff(Reason.CONFIRMED_OFF));
  }

  Decision whilePoweringOff() {
    Command command = look.command().orElseThrow();
    Optional<PowerJob> job = look.job(command);
    Instant deadline = command.claimedAt().plus(policy.shutdown());
    boolean over = look.over(command.claimedAt(), policy.shutdown());
    if (job.filter(PowerJob::live).isPresent()) {
      return over ? overrun(job.get()) : poweringOffUntil(deadline);
    }
    if (machine.nodeReady()) {
      return stillReady(job, command);
    }
    if (job.filter(done -> done.state() == PowerJob.State.SUCCEEDED).isPresent()) {
      return new Decision.ConfirmOff(Reason.CONFIRMED_OFF);
    }
    if (wentNotReadySince(command)) {
      return look.settling().orElseGet(() -> new Decision.ConfirmOff(Reason.CONFIRMED_OFF));
    }
    if (job.isPresent()) {
      return giveBack(new Decision.FailShutdown(Reason.JOB_FAILED, job.get().message()));
    }
    return over
        ? giveBack(new Decision.FailShutdown(Reason.JOB_LOST, "its Job is gone"))
        : poweringOffUntil(deadline);
  }

  /** A Job that may yet switch the machine off must be gone before pods are let on it again. */
  private Decision overrun(PowerJob job) {
    return job.state() == PowerJob.State.RUNNING
        ? new Decision.CancelPowerOff(Reason.SHUTDOWN_TIMEOUT)
        : waitFor(Reason.JOB_RUNNING);
  }

  private Decision stillReady(Optional<PowerJob> job, Command command) {
    boolean failed = job.filter(done -> done.state() == PowerJob.State.FAILED).isPresent();
    boolean settledSooner = failed && policy.settle().compareTo(policy.shutdown()) < 0;
    var patience = settledSooner ? policy.settle() : policy.shutdown();
    if (!look.over(command.claimedAt(), patience)) {
      return poweringOffUntil(command.claimedAt().plus(patience));
    }
    return giveBack(
        failed
            ? new Decision.FailShutdown(Reason.JOB_FAILED, job.get().message())
            : new Decision.FailShutdown(
                Reason.SHUTDOWN_TIMEOUT,
                "still Ready " + policy.shutdown().toSeconds() + " s after the command"));
  }

  private boolean wentNotReadySince(Command command) {
    return machine
        .node()
        .filter(node -> !node.ready() && !node.readyChanged().isBefore(command.claimedAt()))
        .isPresent();
  }

  private Decision giveBack(Decision decision) {
    return look.powerOffRunning().orElse(decision);
  }

  private static Decision poweringOffUntil(Instant deadline) {
    return new Decision.Wait(Reason.POWERING_OFF, "", Optional.of(deadline));
  }

  private static Decision waitFor(Reason reason) {
    return new Decision.Wait(reason, "", Optional.empty());
  }
}
