package org.homelab.autoscaler.energy;

import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Progress;

/**
 * What one machine draws at one instant.
 *
 * @param watts drawn
 * @param spared watts that it would draw on top if it were on and idle instead of off
 * @param measured whether a device said so
 */
public record Draw(double watts, double spared, boolean measured) {

  /**
   * What that machine draws: what a device measured, else what its owner declares for the state it
   * is in; nothing if neither is known. A machine of which nobody knows whether it is on is counted
   * as idle while it boots or goes down, and not at all otherwise.
   *
   * @param cpuShare share of its CPU that pods request, from 0 to 1
   */
  public static Optional<Draw> of(
      Machine machine, Optional<Watts> declared, Optional<Double> measured, double cpuShare) {
    boolean off = known(machine).map(on -> !on).orElse(false);
    double spared = off ? declared.map(Watts::spared).orElse(0.0) : 0;
    if (measured.isPresent()) {
      return Optional.of(new Draw(measured.get(), spared, true));
    }
    return declared.flatMap(watts -> declared(machine, watts, cpuShare, spared));
  }

  private static Optional<Draw> declared(
      Machine machine, Watts watts, double cpuShare, double spared) {
    return known(machine)
        .map(on -> new Draw(on ? watts.on(cpuShare) : watts.off(), spared, false))
        .or(
            () ->
                moving(machine) ? Optional.of(new Draw(watts.idle(), 0, false)) : Optional.empty());
  }

  private static Optional<Boolean> known(Machine machine) {
    return switch (machine.status().power()) {
      case ON -> Optional.of(true);
      case OFF -> Optional.of(false);
      case UNKNOWN -> machine.nodeReady() ? Optional.of(true) : Optional.empty();
    };
  }

  private static boolean moving(Machine machine) {
    Progress progress = machine.status().progress();
    return progress == Progress.STARTING_UP || progress == Progress.SHUTTING_DOWN;
  }
}
