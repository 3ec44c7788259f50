package org.homelab.autoscaler.power;

import java.time.Duration;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Recipe;

/**
 * What a power-on does whose recipe has not worked: the next one, where the owner has named one.
 * Each is a command with a number and a claim of its own, and none is given while the one before
 * may still be on its way by a Job, or anything says that the machine is on or coming.
 */
final class PowerOnFallback {
  private final Look look;
  private final Machine machine;
  private final Command command;

  PowerOnFallback(Look look, Command command) {
    this.look = look;
    this.machine = look.machine();
    this.command = command;
  }

  /** The step, given the one that would be taken if there were no other recipe. */
  Decision heed(Decision step) {
    Optional<Recipe> next = machine.power().next(OperationType.STARTUP, command.stage());
    if (next.isEmpty() || !machine.desiredOn() || keptOff() || coming()) {
      return step;
    }
    if (step instanceof Decision.FailStartup failed) {
      return machine.liveJob().map(this::end).orElseGet(() -> fallBack(failed.how()));
    }
    if (!(step instanceof Decision.Wait wait) || machine.liveJob().isPresent()) {
      return step;
    }
    return look.over(command.claimedAt(), next.get().after())
        ? fallBack("not on its way after " + seconds())
        : wait.noLaterThan(command.claimedAt().plus(next.get().after()));
  }

  /** A Job whose time is over is gone before the next command. */
  private Decision end(PowerJob job) {
    return job.state() == PowerJob.State.RUNNING
        ? new Decision.CancelPowerOn(Reason.FALLING_BACK)
        : new Decision.Wait(Reason.JOB_RUNNING, job.key().name(), Optional.empty());
  }

  private boolean keptOff() {
    return machine.hold(look.now()).isPresent() || machine.maintenance(look.now()).isPresent();
  }

  /** Something says that the command has worked, and another could only do harm. */
  private boolean coming() {
    boolean joined =
        machine
            .node()
            .filter(node -> node.ready() || !node.readyChanged().isBefore(command.claimedAt()))
            .isPresent();
    return joined || machine.seenOn() || look.probed().seenSince(command) == ObservedPower.ON;
  }

  private Decision fallBack(String outcome) {
    String before = Outcomes.recipe(machine, OperationType.STARTUP, command);
    return new Decision.FallBack(
        Reason.FALLING_BACK,
        OperationType.STARTUP,
        look.nextAttempt(OperationType.STARTUP),
        command.stage() + 1,
        Outcomes.line(before, outcome));
  }

  private String seconds() {
    return Duration.between(command.claimedAt(), look.now()).toSeconds() + " s";
  }
}
