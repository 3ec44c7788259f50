package org.homelab.autoscaler.power;

import java.time.Duration;
import java.util.Optional;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Recipe;

/**
 * What a power-off does whose recipe has not worked: the next one, where the owner has named one.
 * It may be a hard one. Each is a command with a number and a claim of its own, and none is given
 * while the one before may still be on its way by a Job.
 */
final class PowerOffFallback {
  private final Look look;
  private final Machine machine;
  private final Command command;

  PowerOffFallback(Look look, Command command) {
    this.look = look;
    this.machine = look.machine();
    this.command = command;
  }

  /** How long the command has before the next recipe is used, or, after the last, has failed. */
  Duration patience() {
    return named().map(Recipe::after).orElse(look.policy().shutdown());
  }

  /** The next recipe's command, now that this one has come to nothing. */
  Optional<Decision> next() {
    return named().filter(next -> allowed()).map(next -> fallBack());
  }

  /** The step after a Job's command, given the one that would be taken without another recipe. */
  Decision heed(Decision step) {
    return named().filter(next -> allowed()).map(next -> heed(step, next)).orElse(step);
  }

  private Decision heed(Decision step, Recipe next) {
    if (step instanceof Decision.FailShutdown) {
      return fallBack();
    }
    if (!(step instanceof Decision.Wait wait) || wait.reason() == Reason.SETTLING) {
      return step;
    }
    if (!look.over(command.claimedAt(), next.after())) {
      return wait.noLaterThan(command.claimedAt().plus(next.after()));
    }
    return job(PowerJob.State.RUNNING).isPresent()
        ? new Decision.CancelPowerOff(Reason.FALLING_BACK)
        : fallBack();
  }

  /** A Job's command that was claimed just now and never given is given, or else has come late. */
  Decision resume() {
    if (!machine.nodeReady()
        && look.probed().notKnownOff(command).isEmpty()
        && look.probed().knownOff(command)) {
      return look.jobRunning().orElseGet(() -> new Decision.ConfirmOff(Reason.CONFIRMED_OFF));
    }
    return allowed()
        ? use(Reason.RESUMED, command.attempt(), command.stage())
        : new Decision.Wait(
            Reason.POWERING_OFF,
            "",
            Optional.of(command.claimedAt().plus(StateMachine.RESUME_WINDOW)));
  }

  /** What has become of the command, in words. */
  String outcome() {
    return command.problem().or(this::jobFailed).orElseGet(this::silence);
  }

  private Optional<String> jobFailed() {
    return job(PowerJob.State.FAILED).map(PowerJob::message);
  }

  private String silence() {
    return "%s has not switched the machine off within %d s%s"
        .formatted(
            recipe(),
            Duration.between(command.claimedAt(), look.now()).toSeconds(),
            switch (look.probed().seenSince(command)) {
              case ON -> "; the probe says on";
              case OFF -> "; the probe says off, the Kubernetes node is Ready";
              case UNKNOWN -> "";
            });
  }

  private String recipe() {
    return Outcomes.recipe(machine, OperationType.SHUTDOWN, command);
  }

  private Optional<PowerJob> job(PowerJob.State state) {
    return look.job(command).filter(job -> job.state() == state);
  }

  private Optional<Recipe> named() {
    return machine.power().next(OperationType.SHUTDOWN, command.stage());
  }

  /**
   * Only while the machine is still cordoned and empty since its drain or no longer works, nobody
   * holds it or lets it go, and it is still meant to be off. A dry run ends without it.
   */
  private boolean allowed() {
    if (machine.desiredOn()
        || machine.hold(look.now()).isPresent()
        || machine.declared().deleting()
        || machine.problem().isPresent()
        || look.policy().dryRun()) {
      return false;
    }
    boolean cordoned = machine.node().map(KubernetesNode::unschedulable).orElse(true);
    return !machine.nodeReady() || (cordoned && look.stillEmpty());
  }

  private Decision fallBack() {
    return use(Reason.FALLING_BACK, look.nextAttempt(OperationType.SHUTDOWN), command.stage() + 1);
  }

  /** A Job of whichever command may still switch the machine, and is waited for. */
  private Decision use(Reason reason, int attempt, int stage) {
    return look.jobRunning()
        .orElseGet(
            () ->
                new Decision.FallBack(
                    reason,
                    OperationType.SHUTDOWN,
                    attempt,
                    stage,
                    Outcomes.line(recipe(), outcome())));
  }
}
