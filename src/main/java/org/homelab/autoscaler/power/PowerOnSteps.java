package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.DrainPolicy.NodeWhenOff;
import org.homelab.autoscaler.fleet.Failure;
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
      return look.settling()
          .or(look::obstacleToPowerOn)
          .or(() -> look.probed().onAlready())
          .or(() -> policy.neighbours().queue(look.now()))
          .orElseGet(this::powerOn);
    }
    if (machine.status().uncertain()) {
      return cleanUp();
    }
    if (kept()) {
      return waitFor(Reason.OFF);
    }
    if (machine.node().isPresent()) {
      return staleNode(machine.node().get());
    }
    return machine.status().progress() == Progress.NEW
            || machine.status().power() == ObservedPower.UNKNOWN
        ? look.probed()
            .notKnownOff(Instant.EPOCH)
            .orElseGet(() -> new Decision.ConfirmOff(Reason.NEVER_JOINED))
        : look.probed().onAlready().orElseGet(() -> waitFor(Reason.OFF));
  }

  /**
   * A Kubernetes node that is NotReady does not say that its machine is off, and without one its
   * pods would run on unseen. It goes if it is left from a power-off, or a probe says off.
   */
  private Decision staleNode(KubernetesNode node) {
    return (look.unchangedSinceOff() ? Optional.<Decision>empty() : look.settling())
        .or(look::jobRunning)
        .or(() -> look.probed().notKnownOff(node.readyChanged()))
        .orElseGet(
            () ->
                look.probed().nodeLeftOver()
                    ? new Decision.ConfirmOff(Reason.STALE_NODE)
                    : new Decision.Wait(
                        Reason.POWER_UNKNOWN,
                        "Kubernetes node %s is NotReady. A probe would tell, see healthCheck; if the machine is off, delete that Kubernetes node."
                            .formatted(node.name()),
                        Optional.empty()));
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
    if (machine.status().uncertain() || look.unchangedSinceOff()) {
      return cleanUp();
    }
    if (policy.neighbours().room() > 0) {
      return new Decision.Adopt(Reason.SWITCHED_ON);
    }
    return machine.node().filter(node -> node.suspended() || node.cordonedByUs()).isPresent()
        ? look.powerOffRunning().orElseGet(() -> new Decision.Register(Reason.AT_MAXIMUM))
        : waitFor(Reason.AT_MAXIMUM);
  }

  /** Whether the machine is off, and its Kubernetes node stays by its owner's choice. */
  private boolean kept() {
    return policy.drainPolicy().nodeWhenOff() == NodeWhenOff.KEEP
        && machine.status().progress() == Progress.SHUTDOWN
        && machine.node().filter(KubernetesNode::suspended).isPresent();
  }

  private Decision becomeReady() {
    return look.powerOffRunning().orElseGet(() -> new Decision.BecomeReady(Reason.READY));
  }

  private Decision cleanUp() {
    if (seenOff()) {
      return new Decision.ConfirmOff(Reason.CONFIRMED_OFF);
    }
    boolean orderedOff =
        machine
            .status()
            .failure()
            .filter(failed -> failed.type() == OperationType.SHUTDOWN && !machine.neverCame())
            .isPresent();
    Reason reason = orderedOff ? Reason.DESIRED_OFF : Reason.CLEAN_UP;
    return look.obstacleToPowerOff().orElseGet(() -> new Decision.BeginShutdown(reason));
  }

  /**
   * What could not be switched off for certain, because it never came, is off if a probe says so.
   */
  private boolean seenOff() {
    return machine.neverCame()
        && machine.liveJob().isEmpty()
        && machine
            .status()
            .failure()
            .filter(failed -> failed.type() == OperationType.SHUTDOWN)
            .flatMap(failed -> machine.status().poweredOnInVain())
            .filter(given -> look.probed().knownOffSince(given))
            .isPresent();
  }

  private Decision powerOn() {
    Optional<Failure> failure = machine.status().failure();
    boolean probe =
        failure
            .filter(policy::quarantines)
            .filter(failed -> !Failures.released(failed, machine))
            .isPresent();
    Reason retry = probe ? Reason.QUARANTINE_PROBE : Reason.RETRY;
    Reason reason = failure.isPresent() ? retry : Reason.DESIRED_ON;
    return new Decision.PowerOn(reason, look.nextAttempt(OperationType.STARTUP));
  }

  private Decision cancel() {
    if (machine.liveJob().isPresent()) {
      return new Decision.CancelPowerOn(Reason.CANCELLED);
    }
    return lost()
        ? new Decision.FailStartup(
            Reason.BOOT_TIMEOUT, "the Cluster Autoscaler gave it up before it was Ready")
        : new Decision.BeginShutdown(Reason.CLEAN_UP);
  }

  /** Whether CA gave up this very power-on because the machine never came. */
  private boolean lost() {
    Optional<String> attempt = look.command().map(Command::attempt).map(String::valueOf);
    return attempt.isPresent() && attempt.equals(machine.declared().givenUp());
  }

  private Decision whileBooting(Command command) {
    return new PowerOnFallback(look, command).heed(byOneRecipe(command));
  }

  private Decision byOneRecipe(Command command) {
    if (look.resumable(command) && !machine.seenOn()) {
      return look.settling()
          .or(look::jobRunning)
          .or(() -> policy.neighbours().queue(look.now()))
          .orElseGet(() -> new Decision.PowerOn(Reason.RESUMED, command.attempt()));
    }
    if (command.recipe().isPresent() || command.problem().isPresent()) {
      return new DeviceSteps(look, command).whileBooting().orElseGet(() -> awaitNode(command));
    }
    return awaitNode(command);
  }

  private Decision awaitNode(Command command) {
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
