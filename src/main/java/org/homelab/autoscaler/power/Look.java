package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Progress;

/** One look at a machine and what can be told from it. */
record Look(Machine machine, PowerPolicy policy, Instant now) {
  /** How far clocks may differ. A time further ahead tells nothing: the clock was set back. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  /** Orders are over in a blink, and their end is told; this is for an end that nobody heard of. */
  private static final Duration ORDER_PAUSE = Duration.ofSeconds(1);

  Progress progress() {
    return machine.status().progress();
  }

  /** The operation under way; one that does not fit the progress was written by somebody else. */
  Optional<Operation> operation() {
    OperationType fitting =
        progress() == Progress.STARTING_UP ? OperationType.STARTUP : OperationType.SHUTDOWN;
    return machine.status().operation().filter(operation -> operation.type() == fitting);
  }

  /** What probes tell of its power. */
  ProbedPower probed() {
    return new ProbedPower(machine, now);
  }

  Optional<Command> command() {
    return operation().flatMap(Operation::command);
  }

  /** The Job that carries the command out, if it exists. */
  Optional<PowerJob> job(Command command) {
    OperationType type = operation().orElseThrow().type();
    return machine.job(JobNames.of(machine.name(), type, command.attempt()));
  }

  /** Whether the Kubernetes node has gone NotReady after the command. */
  boolean wentNotReadySince(Command command) {
    return machine
        .node()
        .filter(node -> !node.ready() && !node.readyChanged().isBefore(command.claimedAt()))
        .isPresent();
  }

  /**
   * Whether the command was claimed just now and never given. One that the operator itself gives
   * leaves no trace of its own, so it is never given again; and one that was claimed for a Job is
   * not given by another way that the Node names by now.
   */
  boolean resumable(Command command) {
    return command.recipe().isEmpty()
        && givenByJob(command)
        && command.problem().isEmpty()
        && command.job().isEmpty()
        && job(command).isEmpty()
        && !over(command.claimedAt(), StateMachine.RESUME_WINDOW);
  }

  private boolean givenByJob(Command command) {
    OperationType type = operation().orElseThrow().type();
    return machine.power().givenByOperator(type, command.stage()).isEmpty();
  }

  /**
   * Whether a power-off is beyond recall, or may be. Before a later recipe's command there was one
   * that may yet be obeyed.
   */
  boolean powerOffGiven() {
    return progress() == Progress.SHUTTING_DOWN
        && command().filter(claimed -> claimed.stage() > 0 || !resumable(claimed)).isPresent();
  }

  /**
   * Whether a recipe before the one that has failed may still switch the machine off. Each has the
   * whole time of a power-off before pods are let on the machine again.
   */
  Optional<Decision> mayStillObey() {
    return operation()
        .flatMap(Operation::openSince)
        .filter(since -> !over(since, policy.shutdown()))
        .map(since -> since.plus(policy.shutdown()))
        .map(until -> new Decision.Wait(Reason.POWERING_OFF, "", Optional.of(until)));
  }

  /** Whether a machine that is on, and is not being switched off, still carries our cordon. */
  boolean cordonLeft() {
    return progress() != Progress.SHUTTING_DOWN
        && machine.node().filter(node -> node.ready() && node.cordonedByUs()).isPresent();
  }

  /**
   * Whether pods are on a machine whose power-off is under way, though its owner forced nothing.
   */
  boolean podsCame() {
    return !forced() && machine.drain().filter(pods -> !pods.podless()).isPresent();
  }

  /**
   * Whether a machine whose power-off is under way is seen to have no pods, or its owner forced it.
   */
  boolean stillEmpty() {
    return forced() || machine.drain().filter(DrainView::podless).isPresent();
  }

  private boolean forced() {
    Instant drain = operation().orElseThrow().startedAt();
    return policy.drainPolicy().forced() && over(drain, policy.drain());
  }

  /** Whether there is a power-off to take back, or what a restart left of one. */
  boolean mayBeCordoned() {
    return switch (progress()) {
      case NEW, SHUTDOWN, STARTING_UP -> false;
      case READY -> machine.node().filter(KubernetesNode::cordonedByUs).isPresent();
      case SHUTTING_DOWN -> true;
    };
  }

  /**
   * Whether the Kubernetes node is as it was when the machine was written down as off. Then it was
   * to be deleted; and if it is Ready, it came back in that very moment.
   */
  boolean unchangedSinceOff() {
    return machine.status().progress() == Progress.SHUTDOWN
        && machine
            .status()
            .lastShutdown()
            .filter(off -> machine.node().filter(node -> unchanged(node, off)).isPresent())
            .isPresent();
  }

  /** By the API server's clock too: that of a machine may be wrong when it has just come up. */
  private static boolean unchanged(KubernetesNode node, Instant since) {
    return !node.suspended()
        && !node.readyChanged().isAfter(since)
        && !node.created().isAfter(since);
  }

  /** Whether the time has run out; it has if its start lies ahead, so that no wait is endless. */
  boolean over(Instant since, Duration limit) {
    return ahead(since) || !now.isBefore(since.plus(limit));
  }

  boolean ahead(Instant time) {
    return time.isAfter(now.plus(SKEW));
  }

  /** What an order wants that may yet be taken back is no reason to do anything. */
  Optional<Decision> orderPending() {
    return machine
        .pendingOrder()
        .map(
            order ->
                new Decision.Wait(
                    Reason.ORDER_PENDING,
                    "It is order " + order.number() + " of its Group, see status.order there.",
                    Optional.of(now.plus(ORDER_PAUSE))));
  }

  /**
   * A Kubernetes node that has not been NotReady for long proves nothing. If it says that it went
   * so in the future, its clock is wrong and nothing would end the wait.
   */
  Optional<Decision> settling() {
    return machine
        .node()
        .map(KubernetesNode::readyChanged)
        .filter(changed -> !ahead(changed))
        .map(changed -> changed.plus(policy.settle()))
        .filter(now::isBefore)
        .map(until -> new Decision.Wait(Reason.SETTLING, "", Optional.of(until)));
  }

  /** A Job that may still switch the machine, its own or another. */
  Optional<Decision> jobRunning() {
    return machine.liveJob().map(Look::waitFor);
  }

  /** While a Job may still switch the machine off, nothing may invite pods to it. */
  Optional<Decision> powerOffRunning() {
    return machine.jobs().stream()
        .filter(job -> job.live() && job.type() == OperationType.SHUTDOWN)
        .findFirst()
        .map(Look::waitFor);
  }

  /** What stands in the way of a power-on: quarantine, back-off or a Job that is not over. */
  Optional<Decision> obstacleToPowerOn() {
    return unreleased().flatMap(this::penalty).or(this::jobRunning);
  }

  /** The same for a power-off, which a power-on that failed does not forbid but demand. */
  Optional<Decision> obstacleToPowerOff() {
    return unreleased()
        .filter(failure -> failure.type() == OperationType.SHUTDOWN)
        .flatMap(failure -> machine.neverCame() ? nobodyKnows(failure) : penalty(failure))
        .or(this::jobRunning);
  }

  /**
   * A machine that never came and could not be switched off to be certain. To try that all the time
   * wears its device out and tells nothing new; in quarantine the one more try is a power-on.
   */
  private Optional<Decision> nobodyKnows(Failure failure) {
    Optional<Instant> again = policy.probeAt(failure);
    if (policy.quarantines(failure)) {
      return Optional.of(
          new Decision.Refuse(
              Reason.QUARANTINED, failure.message(), again.filter(at -> at.isAfter(now))));
    }
    return again.filter(at -> over(failure.at(), policy.probe())).isPresent()
        ? Optional.empty()
        : Optional.of(new Decision.Wait(Reason.POWER_UNKNOWN, failure.message(), again));
  }

  /** Probes that have yet to look since the command, and are waited for a little. */
  Optional<Decision> probesToCome(Command command) {
    return over(command.claimedAt(), policy.settle())
        ? Optional.empty()
        : probed().notLookedSince(command.claimedAt());
  }

  /** A power-off's Job that runs although nothing is being switched off. */
  Optional<Decision> strayPowerOff() {
    boolean stays = machine.desiredOn() || machine.hold(now).isPresent();
    return machine.jobs().stream()
        .filter(job -> stays && job.type() == OperationType.SHUTDOWN)
        .filter(job -> job.state() == PowerJob.State.RUNNING)
        .findFirst()
        .map(job -> new Decision.CancelPowerOff(Reason.CANCELLED));
  }

  /** What keeps CA from giving the machine up. */
  Optional<Stay> stay() {
    return Stay.of(machine, policy.group(), policy.neighbours().groupPoweredOn(), now);
  }

  /** Number of the next command: one whose Job's name was never used. */
  int nextAttempt(OperationType type) {
    int attempt = machine.status().attempts() + 1;
    while (machine.job(JobNames.of(machine.name(), type, attempt)).isPresent()) {
      attempt++;
    }
    return attempt;
  }

  private Optional<Failure> unreleased() {
    return machine.status().failure().filter(failed -> !Failures.released(failed, machine));
  }

  private Optional<Decision> penalty(Failure failure) {
    if (policy.quarantines(failure)) {
      Optional<Instant> probe = policy.probeAt(failure);
      return probe.filter(at -> over(failure.at(), policy.probe())).isPresent()
          ? Optional.empty()
          : Optional.of(new Decision.Refuse(Reason.QUARANTINED, failure.message(), probe));
    }
    Duration pause = policy.backOff(failure);
    return over(failure.at(), pause)
        ? Optional.empty()
        : Optional.of(
            new Decision.Wait(
                Reason.BACK_OFF, failure.message(), Optional.of(failure.at().plus(pause))));
  }

  private static Decision waitFor(PowerJob job) {
    return new Decision.Wait(Reason.JOB_RUNNING, job.key().name(), Optional.empty());
  }
}
