package org.homelab.autoscaler.power;

import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;

/** Names of the states as the picture draws them. */
final class States {
  private States() {}

  static String of(MachineStatus status) {
    return switch (status.progress()) {
      case NEW -> "new";
      case SHUTDOWN -> status.power() == ObservedPower.UNKNOWN ? "unclear" : "off";
      case STARTING_UP -> "startingup";
      case READY -> "ready";
      case SHUTTING_DOWN ->
          status.operation().flatMap(Operation::command).isPresent() ? "poweringoff" : "draining";
    };
  }
}
