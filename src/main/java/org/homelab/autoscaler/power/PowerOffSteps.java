package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;

/** The next step of a machine that is on or going down. */
final class PowerOffSteps {
  private static final Duration POD_PAUSE = Duration.ofSeconds(2);

  private final Look look;
  private final Machine machine;
  private final PowerPolicy policy;

  PowerOffSteps(Look look) {
    this.look = look;
    this.machine = look.machine();
    this.policy = look.policy();
  }

  Decision whileReady() {
    Optional<Decision> stray = look.strayPowerOff();
    if (stray.isPresent()) {
      return stray.get();
    }
    boolean cordonLeft = machine.node().filter(KubernetesNode::cordonedByUs).isPresent();
    if (!machine.desiredOn()) {
      Optional<Decision> obstacle = look.obstacleToPowerOff();
      return obstacle
          .map(why -> cordonLeft ? giveBack(new Decision.CancelShutdown(why.reason())) : why)
          .orElseGet(() -> new Decision.BeginShutdown(Reason.DESIRED_OFF));
    }
    if (machine.node().isEmpty()) {
      return notReady(Reason.NODE_GONE);
    }
    if (cordonLeft || removalLeft()) {
      return giveBack(new Decision.CancelShutdown(Reason.CANCELLED));
    }
    if (!Registration.complete(machine.node().get(), machine)) {
      return new Decision.Register(Reason.JOINED);
    }
    return keepRight().orElseGet(this::atWork);
  }

  /** CA is told to leave the Kubernetes node on exactly while it is to stay. */
  private Optional<Decision> keepRight() {
    Optional<Stay> stay = look.stay();
    return Registration.keptRight(machine.node().orElseThrow(), stay.isPresent())
        ? Optional.empty()
        : Optional.of(new Decision.Keep(stay.map(Stay::reason).orElse(Reason.NOT_KEPT)));
  }

  private Decision atWork() {
    return machine.nodeReady()
        ? new Decision.Wait(Reason.READY, "", look.stay().flatMap(Stay::until))
        : notReady(Reason.NODE_NOT_READY);
  }

  /** Power is left alone whatever probes say; a person is told what they say. */
  private Decision notReady(Reason reason) {
    String seen =
        machine.observation().map(o -> o.source() + ": " + words(o.power()) + ".").orElse("");
    return new Decision.Wait(reason, seen, Optional.empty());
  }

  private static String words(ObservedPower power) {
    return power == ObservedPower.UNKNOWN ? "unknown" : power.text();
  }

  /** CA marked it for removal, but it was wanted again before its power-off had begun. */
  private boolean removalLeft() {
    Instant over = PowerPolicy.removalsOver(machine, look.now());
    return machine.node().filter(node -> node.toBeDeletedBy(over)).isPresent();
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
    if (foundOff(operation)) {
      return new Decision.ConfirmOff(Reason.CONFIRMED_OFF);
    }
    boolean over = look.over(operation.startedAt(), policy.drain());
    boolean force = policy.drainPolicy().forced();
    boolean cordoned = machine.node().map(KubernetesNode::unschedulable).orElse(true);
    boolean empty = empty(over);
    if (cordoned && (empty || (over && force))) {
      return look.jobRunning().orElseGet(() -> powerOff(operation, empty));
    }
    if (over && !empty && !force) {
      String left = machine.drain().map(pods -> pods.progress(operation.pods())).orElse("");
      return giveBack(new Decision.FailShutdown(Reason.DRAIN_TIMEOUT, left));
    }
    return new Decision.Drain(Reason.DRAINING, operation.startedAt().plus(policy.drain()));
  }

  /** A claim found after a restart is resolved by the probe, where there is one, not by sending. */
  private boolean foundOff(Operation operation) {
    return !machine.nodeReady()
        && machine.liveJob().isEmpty()
        && operation
            .command()
            .filter(claim -> look.probed().seenOff(claim.claimedAt()))
            .isPresent();
  }

  /**
   * A volume is unmounted before its pod counts as gone; that it is detached too is waited for
   * within the drain's time, and no longer.
   */
  private boolean empty(boolean over) {
    return machine.drain().map(pods -> over ? pods.podless() : pods.done()).orElse(false);
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
        .or(() -> look.probed().notKnownOff(Instant.EPOCH))
        .orElseGet(() -> new Decision.ConfirmOff(Reason.CONFIRMED_OFF));
  }

  Decision whilePoweringOff() {
    Command command = look.command().orElseThrow();
    if (look.resumable(command)) {
      return new PowerOffFallback(look, command).resume();
    }
    Decision step =
        command.recipe().isPresent() || command.problem().isPresent()
            ? new DeviceSteps(look, command).whilePoweringOff()
            : new PowerOffFallback(look, command).heed(byJob(command));
    return step instanceof Decision.FailShutdown
        ? look.mayStillObey().or(() -> probesToCome(command)).orElse(step)
        : step;
  }

  /** What cannot be switched off may be off already, which a probe may be about to say. */
  private Optional<Decision> probesToCome(Command command) {
    return machine.nodeReady() ? Optional.empty() : look.probesToCome(command);
  }

  private Decision byJob(Command command) {
    Optional<PowerJob> job = look.job(command);
    Instant deadline = command.claimedAt().plus(policy.shutdown());
    boolean over = look.over(command.claimedAt(), policy.shutdown());
    if (job.filter(PowerJob::live).isPresent()) {
      return over ? overrun(job.get()) : whileJobRuns(job.get(), deadline);
    }
    if (machine.nodeReady()) {
      return stillReady(job, command);
    }
    boolean succeeded = job.filter(done -> done.state() == PowerJob.State.SUCCEEDED).isPresent();
    if (succeeded || look.probed().knownOff(command)) {
      return confirmOff(command);
    }
    if (look.wentNotReadySince(command)) {
      return look.settling().orElseGet(() -> confirmOff(command));
    }
    if (job.isPresent()) {
      return giveBack(new Decision.FailShutdown(Reason.JOB_FAILED, job.get().message()));
    }
    return over
        ? giveBack(new Decision.FailShutdown(Reason.JOB_LOST, "its Job is gone"))
        : poweringOffUntil(deadline);
  }

  /**
   * The Kubernetes node is away; where there are probes they must have seen the machine off too.
   */
  private Decision confirmOff(Command command) {
    Optional<Decision> unclear = look.probed().notKnownOff(command);
    if (unclear.isPresent() && look.over(command.claimedAt(), policy.shutdown())) {
      String source = unclear.get() instanceof Decision.Wait wait ? wait.detail() : "";
      return giveBack(new Decision.FailShutdown(unclear.get().reason(), source));
    }
    return unclear.orElseGet(() -> new Decision.ConfirmOff(Reason.CONFIRMED_OFF));
  }

  /** Its pod may not have started yet; pods that come until then are in time to stop it. */
  private Decision whileJobRuns(PowerJob job, Instant deadline) {
    Instant again = look.now().plus(POD_PAUSE);
    if (job.state() != PowerJob.State.RUNNING || !machine.nodeReady()) {
      return poweringOffUntil(deadline);
    }
    return look.podsCame()
        ? new Decision.CancelPowerOff(Reason.PODS_CAME)
        : poweringOffUntil(again.isBefore(deadline) ? again : deadline);
  }

  /** A Job that may yet switch the machine off must be gone before pods are let on it again. */
  private Decision overrun(PowerJob job) {
    return job.state() == PowerJob.State.RUNNING
        ? new Decision.CancelPowerOff(Reason.SHUTDOWN_TIMEOUT)
        : new Decision.Wait(Reason.JOB_RUNNING, job.key().name(), Optional.empty());
  }

  private Decision stillReady(Optional<PowerJob> job, Command command) {
    boolean failed = job.filter(done -> done.state() == PowerJob.State.FAILED).isPresent();
    boolean settledSooner = failed && policy.settle().compareTo(policy.shutdown()) < 0;
    var patience = settledSooner ? policy.settle() : longest(job);
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

  /**
   * A Job that was stopped had a pod that may have acted in its last moment, which takes a while to
   * show: once for that pod to end, and once for Kubernetes to notice.
   */
  private Duration longest(Optional<PowerJob> job) {
    Duration shutdown = policy.shutdown();
    return job.isPresent() ? shutdown : shutdown.plus(policy.settle().multipliedBy(2));
  }

  private Decision giveBack(Decision decision) {
    return look.powerOffRunning().orElse(decision);
  }

  private static Decision poweringOffUntil(Instant deadline) {
    return new Decision.Wait(Reason.POWERING_OFF, "", Optional.of(deadline));
  }
}
