package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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

  Progress progress() {
    return machine.status().progress();
  }

  /** The operation under way; one that does not fit the progress was written by somebody else. */
  Optional<Operation> operation() {
    OperationType fitting =
        progress() == Progress.STARTING_UP ? OperationType.STARTUP : OperationType.SHUTDOWN;
    return machine.status().operation().filter(operation -> operation.type() == fitting);
  }

  Optional<Command> command() {
    return operation().flatMap(Operation::command);
  }

  /** The Job that carries the command out, if it exists. */
  Optional<PowerJob> job(Command command) {
    OperationType type = operation().orElseThrow().type();
    return machine.job(JobNames.of(machine.name(), type, command.attempt()));
  }

  /** Whether the command was claimed just now and never given. */
  boolean resumable(Command command) {
    return command.job().isEmpty()
        && job(command).isEmpty()
        && !over(command.claimedAt(), StateMachine.RESUME_WINDOW);
  }

  /** Whether a power-off is beyond recall, or may be. */
  boolean powerOffGiven() {
    return progress() == Progress.SHUTTING_DOWN
        && command().filter(claimed -> !resumable(claimed)).isPresent();
  }

  /** Whether there is a power-off to take back, or what a restart left of one. */
  boolean mayBeCordoned() {
    return switch (progress()) {
      case NEW, SHUTDOWN, STARTING_UP -> false;
      case READY -> machine.node().filter(KubernetesNode::cordonedByUs).isPresent();
      case SHUTTING_DOWN -> true;
    };
  }

  /** Whether the time has run out; it has if its start lies ahead, so that no wait is endless. */
  boolean over(Instant since, Duration limit) {
    return ahead(since) || !now.isBefore(since.plus(limit));
  }

  boolean ahead(Instant time) {
    return time.isAfter(now.plus(SKEW));
  }

  /** A Kubernetes node that has not been NotReady for long proves nothing. */
  Optional<Decision> settling() {
    return machine
        .node()
        .map(KubernetesNode::readyChanged)
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
        .flatMap(this::penalty)
        .or(this::jobRunning);
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
    if (failure.count() >= policy.maxFailures()) {
      return Optional.of(
          new Decision.Refuse(Reason.QUARANTINED, failure.message(), Optional.empty()));
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
