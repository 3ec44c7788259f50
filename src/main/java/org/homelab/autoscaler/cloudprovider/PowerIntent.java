package org.homelab.autoscaler.cloudprovider;

import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Machine;

/**
 * That a machine's desired power is to become another.
 *
 * @param machine as it was seen when this was planned
 * @param why who asked for it and how, for logs and events
 * @param lost number of the power-on that is given up because its machine never came; it counts as
 *     a failure of the machine
 */
public record PowerIntent(Machine machine, PowerState desired, String why, Optional<Integer> lost) {

  /** An intent that holds nothing against the machine. */
  public PowerIntent(Machine machine, PowerState desired, String why) {
    this(machine, desired, why, Optional.empty());
  }
}
