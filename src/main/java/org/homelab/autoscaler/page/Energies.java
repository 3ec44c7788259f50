package org.homelab.autoscaler.page;

import java.util.Optional;
import org.homelab.autoscaler.energy.Account;
import org.homelab.autoscaler.energy.Draw;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;

/** What is known of watts and joules. */
public interface Energies {
  /** What that machine draws now. */
  Optional<Draw> draw(Machine machine);

  /** What the machines of that group have used. */
  Optional<Account> account(ObjectKey group);

  /** Nothing. */
  Energies UNKNOWN =
      new Energies() {
        @Override
        public Optional<Draw> draw(Machine machine) {
          return Optional.empty();
        }

        @Override
        public Optional<Account> account(ObjectKey group) {
          return Optional.empty();
        }
      };
}
