package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.Recipe;

/**
 * The next step while a command is under way that the operator itself gives to a device. No Job
 * tells what became of it: it is known to have been taken, known to have failed, or, after a
 * restart, neither; then the probe tells, and where it cannot, the deadline does. It is never given
 * again under the same claim.
 */
final class DeviceSteps {
  private final Look look;
  private final Machine machine;
  private final Command command;

  DeviceSteps(Look look, Command command) {
    this.look = look;
    this.machine = look.machine();
    this.command = command;
  }

  /** What has become of a power-on, unless the Kubernetes node is all there is to wait for. */
  Optional<Decision> whileBooting() {
    if (command.problem().isPresent()) {
      return Optional.of(new Decision.FailStartup(Reason.RECIPE_FAILED, command.problem().get()));
    }
    if (command.sentAt().isPresent()
        || machine.node().isPresent()
        || look.over(command.claimedAt(), look.policy().startup())) {
      return Optional.empty();
    }
    if (machine.seenOn()) {
      return Optional.empty();
    }
    return switch (look.probed().seenSince(command)) {
      case ON -> Optional.empty();
      case OFF ->
          look.over(command.claimedAt(), look.policy().settle())
              ? Optional.of(
                  new Decision.FailStartup(
                      Reason.UNCONFIRMED, "the probe says that the machine is still off"))
              : Optional.of(unconfirmed(command.claimedAt().plus(look.policy().settle())));
      case UNKNOWN -> Optional.of(unconfirmed(command.claimedAt().plus(look.policy().startup())));
    };
  }

  /** What has become of a power-off. */
  Decision whilePoweringOff() {
    Optional<Decision> doubt = look.probed().notKnownOff(command.claimedAt());
    if (!machine.nodeReady() && doubt.isEmpty() && look.probed().knownOff(command)) {
      return new Decision.ConfirmOff(Reason.CONFIRMED_OFF);
    }
    if (!machine.nodeReady() && doubt.isEmpty() && seemsOff()) {
      return look.settling()
          .or(this::settlingSinceClaim)
          .orElseGet(() -> new Decision.ConfirmOff(Reason.CONFIRMED_OFF));
    }
    var fallback = new PowerOffFallback(look, command);
    Instant deadline = command.claimedAt().plus(fallback.patience());
    if (command.problem().isEmpty() && !look.over(command.claimedAt(), fallback.patience())) {
      return command.sentAt().isPresent() ? poweringOff(deadline) : unconfirmed(deadline);
    }
    return fallback.next().or(this::untilItsTimeIsOver).orElseGet(() -> failed(fallback.outcome()));
  }

  /** As much as can be told without a probe that knows power. */
  private boolean seemsOff() {
    if (machine.power().probe() == Recipe.Probe.POWER
        || look.probed().seenSince(command) == ObservedPower.ON) {
      return false;
    }
    return look.wentNotReadySince(command) || command.sentAt().isPresent();
  }

  /** A machine that obeys takes a while to go down. */
  private Optional<Decision> settlingSinceClaim() {
    Instant until = command.claimedAt().plus(look.policy().settle());
    return look.now().isBefore(until) ? Optional.of(poweringOff(until)) : Optional.empty();
  }

  private Decision poweringOff(Instant until) {
    return new Decision.Wait(Reason.POWERING_OFF, "", Optional.of(until));
  }

  /** Without a fallback to go to, a command that a device took has the whole of its time. */
  private Optional<Decision> untilItsTimeIsOver() {
    Instant end = command.claimedAt().plus(look.policy().shutdown());
    return command.problem().isEmpty()
            && look.now().isBefore(end)
            && !look.ahead(command.claimedAt())
        ? Optional.of(poweringOff(end))
        : Optional.empty();
  }

  private Decision failed(String outcome) {
    Reason reason =
        command.problem().isPresent()
            ? Reason.RECIPE_FAILED
            : command.sentAt().isPresent() ? Reason.SHUTDOWN_TIMEOUT : Reason.UNCONFIRMED;
    return look.powerOffRunning().orElseGet(() -> new Decision.FailShutdown(reason, outcome));
  }

  private static Decision unconfirmed(Instant until) {
    return new Decision.Wait(Reason.UNCONFIRMED, "", Optional.of(until));
  }
}
