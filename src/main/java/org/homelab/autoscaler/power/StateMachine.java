package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Progress;

/**
 * Decides a machine's next step from one look at it. Pure: the same look gives the same decision,
 * so a step may be lost, repeated or taken by another replica. The picture of it is {@code
 * state-machine.dot} beside this file.
 */
public final class StateMachine {
  /**
   * How long after its claim a command whose Job was never seen may still be given. Shorter than a
   * finished Job is kept, so that within it "no Job" means "never created".
   */
  public static final Duration RESUME_WINDOW = Duration.ofMinutes(1);

  private final Machine machine;
  private final PowerPolicy policy;
  private final Instant now;

  private StateMachine(Machine machine, PowerPolicy policy, Instant now) {
    this.machine = machine;
    this.policy = policy;
    this.now = now;
  }

  /** The machine's next step under these rules. */
  public static Decision decide(Machine machine, PowerPolicy policy, Instant now) {
    var look = new StateMachine(machine, policy, now);
    return Guard.check(machine, policy, now).orElseGet(() -> look.guarded(look.next()));
  }

  private Decision guarded(Decision wish) {
    Optional<Hold> hold = machine.hold(now);
    if (hold.isEmpty() || !(wish instanceof Decision.Touching)) {
      return wish;
    }
    if (machine.status().progress() == Progress.SHUTTING_DOWN) {
      return new Decision.CancelShutdown(Reason.HELD);
    }
    return new Decision.Refuse(Reason.HELD, hold.get().reason(), hold.get().until());
  }

  private Optional<Command> command() {
    return machine.status().operation().flatMap(Operation::command);
  }

  private Decision next() {
    return switch (machine.status().progress()) {
      case NEW, SHUTDOWN -> whileOff();
      case STARTING_UP -> whileStartingUp();
      case READY -> whileReady();
      case SHUTTING_DOWN ->
          command().isEmpty() ? whileDraining() : whilePoweringOff(command().get());
    };
  }

  private Decision whileOff() {
    if (machine.nodeReady()) {
      return cameUp();
    }
    Optional<Decision> settling = settling();
    if (machine.desiredOn()) {
      return settling.or(this::obstacle).orElseGet(this::powerOn);
    }
    if (needsCleanUp()) {
      return obstacle().orElseGet(() -> new Decision.BeginShutdown(Reason.CLEAN_UP));
    }
    if (machine.node().isPresent()) {
      return settling.orElseGet(() -> new Decision.ConfirmOff(Reason.STALE_NODE));
    }
    return machine.status().progress() == Progress.NEW
        ? new Decision.ConfirmOff(Reason.NEVER_JOINED)
        : waitFor(Reason.OFF);
  }

  private Decision cameUp() {
    if (machine.desiredOn()) {
      return new Decision.BecomeReady(Reason.READY);
    }
    if (needsCleanUp()) {
      return obstacle().orElseGet(() -> new Decision.BeginShutdown(Reason.CLEAN_UP));
    }
    return policy.room() > 0 ? new Decision.Adopt(Reason.SWITCHED_ON) : waitFor(Reason.AT_MAXIMUM);
  }

  private boolean needsCleanUp() {
    return machine.status().progress() == Progress.SHUTDOWN
        && machine.status().failure().isPresent()
        && machine.status().power() == ObservedPower.UNKNOWN;
  }

  private Optional<Decision> settling() {
    return machine
        .node()
        .map(KubernetesNode::readyChanged)
        .map(changed -> changed.plus(policy.settle()))
        .filter(now::isBefore)
        .map(until -> new Decision.Wait(Reason.SETTLING, "", Optional.of(until)));
  }

  /** What stands in the way of a new operation: quarantine, back-off or a Job not over. */
  private Optional<Decision> obstacle() {
    Optional<Failure> failure =
        machine.status().failure().filter(failed -> !Failures.released(failed, machine));
    if (failure.isPresent()) {
      if (failure.get().count() >= policy.maxFailures()) {
        return Optional.of(
            new Decision.Refuse(Reason.QUARANTINED, failure.get().message(), Optional.empty()));
      }
      Instant over = failure.get().at().plus(policy.backOff(failure.get()));
      if (now.isBefore(over)) {
        return Optional.of(
            new Decision.Wait(Reason.BACK_OFF, failure.get().message(), Optional.of(over)));
      }
    }
    return machine.liveJob().map(job -> waitFor(Reason.JOB_RUNNING, job.key().name()));
  }

  private Decision powerOn() {
    Reason reason = machine.status().failure().isPresent() ? Reason.RETRY : Reason.DESIRED_ON;
    return new Decision.PowerOn(reason, machine.status().attempts() + 1);
  }

  private Decision whileStartingUp() {
    if (machine.nodeReady()) {
      return new Decision.BecomeReady(Reason.READY);
    }
    if (!machine.desiredOn()) {
      return machine.liveJob().isPresent()
          ? new Decision.CancelPowerOn(Reason.CANCELLED)
          : new Decision.BeginShutdown(Reason.CLEAN_UP);
    }
    if (command().isEmpty()) {
      return machine
          .liveJob()
          .map(job -> waitFor(Reason.JOB_RUNNING, job.key().name()))
          .orElseGet(
              () -> new Decision.FailStartup(Reason.INTERRUPTED, "no power-on is remembered"));
    }
    Command command = command().get();
    Optional<PowerJob> job = jobOf(command);
    if (job.isEmpty() && resumable(command)) {
      return new Decision.PowerOn(Reason.RESUMED, command.attempt());
    }
    if (job.filter(done -> done.state() == PowerJob.State.FAILED).isPresent()) {
      return new Decision.FailStartup(Reason.JOB_FAILED, job.get().message());
    }
    Instant deadline = command.claimedAt().plus(policy.startup());
    if (!now.isBefore(deadline)) {
      return new Decision.FailStartup(
          Reason.BOOT_TIMEOUT, "not Ready within " + policy.startup().toSeconds() + " s");
    }
    if (machine.node().filter(node -> !Registration.complete(node, machine)).isPresent()) {
      return new Decision.Register(Reason.JOINED);
    }
    Reason reason = job.filter(PowerJob::live).isPresent() ? Reason.POWERING_ON : Reason.BOOTING;
    return new Decision.Wait(reason, "", Optional.of(deadline));
  }

  private Optional<PowerJob> jobOf(Command command) {
    OperationType type = machine.status().operation().orElseThrow().type();
    return machine.job(JobNames.of(machine.name(), type, command.attempt()));
  }

  private boolean resumable(Command command) {
    return command.job().isEmpty() && now.isBefore(command.claimedAt().plus(RESUME_WINDOW));
  }

  private Decision whileReady() {
    if (!machine.desiredOn()) {
      return obstacle().orElseGet(() -> new Decision.BeginShutdown(Reason.DESIRED_OFF));
    }
    if (machine.node().isEmpty()) {
      return waitFor(Reason.NODE_GONE);
    }
    if (machine.node().get().cordonedByUs()) {
      return new Decision.CancelShutdown(Reason.CANCELLED);
    }
    if (!Registration.complete(machine.node().get(), machine)) {
      return new Decision.Register(Reason.JOINED);
    }
    return waitFor(machine.nodeReady() ? Reason.READY : Reason.NODE_NOT_READY);
  }

  private Decision whileDraining() {
    if (machine.desiredOn()) {
      return new Decision.CancelShutdown(Reason.CANCELLED);
    }
    Operation operation = machine.status().operation().orElseGet(() -> Operation.shutdown(now));
    Instant deadline = operation.startedAt().plus(policy.drain());
    boolean cordoned = machine.node().map(KubernetesNode::unschedulable).orElse(true);
    boolean empty = machine.drain().map(pods -> pods.done()).orElse(false);
    if (cordoned && empty) {
      return machine
          .liveJob()
          .map(job -> waitFor(Reason.JOB_RUNNING, job.key().name()))
          .orElseGet(() -> powerOff(Reason.DRAINED));
    }
    if (now.isBefore(deadline)) {
      return new Decision.Drain(Reason.DRAINING, deadline);
    }
    String left = machine.drain().map(pods -> pods.waitingFor()).orElse("");
    if (policy.drainPolicy() == DrainPolicy.FORCE && cordoned && machine.liveJob().isEmpty()) {
      return powerOff(Reason.DRAIN_FORCED);
    }
    return policy.drainPolicy() == DrainPolicy.FORCE
        ? new Decision.Drain(Reason.DRAINING, deadline)
        : new Decision.FailShutdown(Reason.DRAIN_TIMEOUT, left);
  }

  private Decision powerOff(Reason reason) {
    return new Decision.PowerOff(reason, machine.status().attempts() + 1);
  }

  private Decision whilePoweringOff(Command command) {
    Optional<PowerJob> job = jobOf(command);
    if (job.isEmpty() && resumable(command)) {
      return machine.desiredOn()
          ? new Decision.CancelShutdown(Reason.CANCELLED)
          : new Decision.PowerOff(Reason.RESUMED, command.attempt());
    }
    Instant deadline = command.claimedAt().plus(policy.shutdown());
    boolean over = !now.isBefore(deadline);
    if (job.filter(PowerJob::live).isPresent()) {
      return over
          ? new Decision.FailShutdown(Reason.SHUTDOWN_TIMEOUT, "the Job is still running")
          : new Decision.Wait(Reason.POWERING_OFF, "", Optional.of(deadline));
    }
    if (machine.nodeReady()) {
      return stillReady(job, command, deadline);
    }
    if (job.filter(done -> done.state() == PowerJob.State.SUCCEEDED).isPresent()
        || wentNotReadySince(command)) {
      return new Decision.ConfirmOff(Reason.CONFIRMED_OFF);
    }
    return job.map(
            failed -> (Decision) new Decision.FailShutdown(Reason.JOB_FAILED, failed.message()))
        .orElseGet(
            () ->
                over
                    ? new Decision.FailShutdown(Reason.JOB_LOST, "its Job is gone")
                    : new Decision.Wait(Reason.POWERING_OFF, "", Optional.of(deadline)));
  }

  private Decision stillReady(Optional<PowerJob> job, Command command, Instant deadline) {
    boolean failed = job.filter(done -> done.state() == PowerJob.State.FAILED).isPresent();
    Instant settled = command.claimedAt().plus(policy.settle());
    Instant until = failed && settled.isBefore(deadline) ? settled : deadline;
    if (now.isBefore(until)) {
      return new Decision.Wait(Reason.POWERING_OFF, "", Optional.of(until));
    }
    return failed
        ? new Decision.FailShutdown(Reason.JOB_FAILED, job.get().message())
        : new Decision.FailShutdown(
            Reason.SHUTDOWN_TIMEOUT,
            "still Ready " + policy.shutdown().toSeconds() + " s after the command");
  }

  private boolean wentNotReadySince(Command command) {
    return machine
        .node()
        .filter(node -> !node.ready() && !node.readyChanged().isBefore(command.claimedAt()))
        .isPresent();
  }

  private Decision waitFor(Reason reason) {
    return waitFor(reason, "");
  }

  private Decision waitFor(Reason reason, String detail) {
    return new Decision.Wait(reason, detail, Optional.empty());
  }
}
