package org.homelab.autoscaler.power;

import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;

/**
 * What of earlier commands may still act, asked where it is known for certain and not of a watch,
 * which may be late.
 */
public interface Leftovers {
  /** Nothing is ever left. */
  Leftovers NONE =
      new Leftovers() {
        @Override
        public Optional<String> any(Machine machine) {
          return Optional.empty();
        }

        @Override
        public Optional<String> powerOff(Machine machine) {
          return Optional.empty();
        }
      };

  /** A pod that may still switch the machine, in words; its Job may be gone. */
  Optional<String> any(Machine machine);

  /** A Job or a pod that may still switch the machine off, in words. */
  Optional<String> powerOff(Machine machine);
}
