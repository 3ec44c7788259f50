package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Recipe;

/** What the probes of the recipe and of the health check tell of a machine's power. */
record ProbedPower(Machine machine, Instant now) {
  /** An observation that only grows younger is not told, so it is looked for. */
  private static final Duration PROBE_PAUSE = Duration.ofSeconds(10);

  /** What the probe has seen after the command was claimed. */
  ObservedPower seenSince(Command command) {
    return machine
        .reading()
        .filter(seen -> seen.since(command.claimedAt()))
        .map(DeviceReading::power)
        .orElse(ObservedPower.UNKNOWN);
  }

  /**
   * Whether a probe, of the recipe or of the health check, has seen the machine off since the
   * command. A machine that no longer answers may have power all the same: the device that was told
   * to take it knows better.
   */
  boolean knownOff(Command command) {
    if (seenOff(command.claimedAt())) {
      return machine.power().recipe(OperationType.SHUTDOWN, command.stage()).probe()
              != Recipe.Probe.POWER
          || seenSince(command) != ObservedPower.ON;
    }
    return deviceSaysOff(command);
  }

  /** Whether a recipe's probe that knows power has seen the machine off since the command. */
  boolean deviceSaysOff(Command command) {
    return machine.power().probe() == Recipe.Probe.POWER && seenSince(command) == ObservedPower.OFF;
  }

  /**
   * What keeps a machine from being called off after a Job's command: the same probes as above, and
   * one of a recipe that sees it on or, though it knows power, has not seen it off.
   */
  Optional<Decision> notKnownOff(Command command) {
    ObservedPower seen = seenSince(command);
    return notKnownOff(command.claimedAt())
        .or(
            () ->
                machine
                    .power()
                    .probing()
                    .filter(it -> seen == ObservedPower.ON || it.probe() == Recipe.Probe.POWER)
                    .filter(it -> !knownOff(command))
                    .map(it -> lookAgain(seen, it.name())));
  }

  /** What keeps a machine from being called off: probes that see it on or see nothing certain. */
  Optional<Decision> notKnownOff(Instant since) {
    return machine
        .observation()
        .filter(seen -> seen.power() != ObservedPower.OFF || seen.seen().isBefore(since))
        .map(seen -> lookAgain(seen.power(), seen.source()));
  }

  /** Whether something that can tell has seen the machine off since then, and nothing doubts it. */
  boolean knownOffSince(Instant since) {
    boolean tells = machine.power().probe() == Recipe.Probe.POWER;
    ObservedPower device =
        machine
            .reading()
            .filter(seen -> tells && seen.since(since))
            .map(DeviceReading::power)
            .orElse(ObservedPower.UNKNOWN);
    return notKnownOff(since).isEmpty()
        && device != ObservedPower.ON
        && (machine.observation().isPresent() || device == ObservedPower.OFF);
  }

  /** Whether its Kubernetes node is left from a power-off, or probes have seen it off since. */
  boolean nodeLeftOver() {
    return machine.nodeLeftOver()
        || machine
            .node()
            .filter(node -> !node.ready() && knownOffSince(node.readyChanged()))
            .isPresent();
  }

  /** A probe that has not looked since then. */
  Optional<Decision> notLookedSince(Instant since) {
    return machine
        .observation()
        .filter(seen -> seen.seen().isBefore(since))
        .map(seen -> lookAgain(ObservedPower.UNKNOWN, seen.source()))
        .or(
            () ->
                machine
                    .power()
                    .probing()
                    .filter(probe -> machine.reading().filter(seen -> seen.since(since)).isEmpty())
                    .map(probe -> lookAgain(ObservedPower.UNKNOWN, probe.name())));
  }

  /** A machine that is on already needs no command, and a button pressed twice is off again. */
  Optional<Decision> onAlready() {
    return machine
        .observation()
        .filter(seen -> machine.seenOn())
        .map(seen -> lookAgain(seen.power(), seen.source()));
  }

  /** Whether probes have seen the machine off since then. */
  boolean seenOff(Instant since) {
    return machine.observation().isPresent() && notKnownOff(since).isEmpty();
  }

  private Decision lookAgain(ObservedPower seen, String source) {
    Reason reason = seen == ObservedPower.ON ? Reason.PROBE_SAYS_ON : Reason.PROBE_SAYS_NOTHING;
    return new Decision.Wait(reason, source, Optional.of(now.plus(PROBE_PAUSE)));
  }
}
