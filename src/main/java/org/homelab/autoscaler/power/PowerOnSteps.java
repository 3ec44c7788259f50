package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Progress;

/** The next step of a machine that is off or coming up. */
final class PowerOnSteps {
  private final Look look;
  private final Machine machine;
  private final PowerPolicy policy;

  PowerOnSteps(Look look) {
    this.look = look;
    this.machine = look.machine();
    this.policy = look.policy();
  }

  Decision whileOff() {
    if (machine.nodeReady()) {
      return cameUp();
    }
    if (machine.desiredOn()) {
      return look.settling().or(look::obstacleToPowerOn).orElseGet(this::powerOn);
    }
    if (machine.status().uncertain()) {
      return cleanUp();
    }
    if (machine.node().isPresent()) {
      return (unchangedSinceOff() ? Optional.<Decision>empty() : look.settling())
          .or(look::jobRunning)
          .orElseGet(() -> new Decision.ConfirmOff(Reason.STALE_NODE));
    }
    return machine.status().progress() == Progress.NEW
            || machine.status().power() == ObservedPower.UNKNOWN
        ? new Decision.ConfirmOff(Reason.NEVER_JOINED)
        : waitFor(Reason.OFF);
  }

  Decision whileStartingUp() {
    if (machine.nodeReady()) {
      return becomeReady();
    }
    if (!machine.desiredOn()) {
      return look.powerOffRunning().orElseGet(this::cancel);
    }
    return look.command()
        .map(this::whileBooting)
        .orElseGet(
            () ->
                look.jobRunning()
                    .orElseGet(
                        () ->
                            new Decision.FailStartup(
                                Reason.INTERRUPTED, "no power-on is remembered")));
  }

  private Decision cameUp() {
    if (machine.desiredOn()) {
      return becomeReady();
    }
    if (machine.status().uncertain() || unchangedSinceOff()) {
      return cleanUp();
    }
    return policy.room() > 0 ? new Decision.Adopt(Reason.SWITCHED_ON) : waitFor(Reason.AT_MAXIMUM);
  }

  /**
   * Whether the Kubernetes node is as it was when the machine was written down as off. Then it was
   * to be deleted; and if it is Ready, it came back in that very moment.
   */
  private boolean unchangedSinceOff() {
    Instant since = machine.node().map(KubernetesNode::readyChanged).orElse(Instant.MAX);
    return machine.status().progress() == Progress.SHUTDOWN
        && machine.status().lastShutdown().filter(off -> !since.isAfter(off)).isPresent();
  }

  private Decision becomeReady() {
    return look.powerOffRunning().orElseGet(() -> new Decision.BecomeReady(Reason.READY));
  }

  private Decision cleanUp() {
    return look.obstacleToPowerOff().orElseGet(() -> new Decision.BeginShutdown(Reason.CLEAN_UP));
  }

  private Decision powerOn() {
    Reason reason = machine.status().failure().isPresent() ? Reason.RETRY : Reason.DESIRED_ON;
    return new Decision.PowerOn(reason, look.nextAttempt(OperationType.STARTUP));
  }

  private Decision cancel() {
    return machine.liveJob().isPresent()
        ? new Decision.CancelPowerOn(Reason.CANCELLED)
        : new Decision.BeginShutdown(Reason.CLEAN_UP);
  }

  private Decision whileBooting(Command command) {
    if (look.resumable(command)) {
      return look.settling()
          .or(look::jobRunning)
          .orElseGet(() -> new Decision.PowerOn(Reason.RESUMED, command.attempt()));
    }
    Optional<PowerJob> job = look.job(command);
    if (job.filter(done -> done.state() == PowerJob.State.FAILED).isPresent()) {
      return new Decision.FailStartup(Reason.JOB_FAILED, job.get().message());
    }
    if (look.over(command.claimedAt(), policy.startup())) {
      return new Decision.FailStartup(
          Reason.BOOT_TIMEOUT, "not Ready within " + policy.startup().toSeconds() + " s");
    }
    if (machine.node().filter(node -> !Registration.complete(node, machine)).isPresent()) {
      return new Decision.Register(Reason.JOINED);
    }
    Reason reason = job.filter(PowerJob::live).isPresent() ? Reason.POWERING_ON : Reason.BOOTING;
    Instant deadline = command.claimedAt().plus(policy.startup());
    return new Decision.Wait(reason, "", Optional.of(deadline));
  }

  private static Decision waitFor(Reason reason) {
    return new Decision.Wait(reason, "", Optional.empty());
  }
}
