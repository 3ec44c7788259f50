package org.homelab.autoscaler.cloudprovider;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;

/** A cluster that is nothing but the fleet: writes hold if nobody changed the machine before. */
final class FleetIntents implements Intents {
  private final Fleet fleet;
  final List<PowerIntent> written = new CopyOnWriteArrayList<>();
  final List<Alert> alerts = new CopyOnWriteArrayList<>();

  /** What somebody else does just before a write. */
  Consumer<GroupSnapshot> before = group -> {};

  FleetIntents(Fleet fleet) {
    this.fleet = fleet;
  }

  @Override
  public void settle(GroupSnapshot group) {}

  @Override
  public void apply(GroupSnapshot group, List<PowerIntent> intents) {
    before.accept(group);
    synchronized (fleet) {
      List<Declared> changed = new ArrayList<>();
      for (PowerIntent intent : intents) {
        Declared seen = intent.machine().declared();
        Declared now = fleet.machine(seen.key()).map(Machine::declared).orElseThrow();
        if (!now.revision().equals(seen.revision())) {
          throw new ProviderException.StaleSnapshot(seen.key() + " has changed");
        }
        changed.add(desired(now, intent.desired()));
      }
      changed.forEach(fleet::apply);
      written.addAll(intents);
    }
  }

  @Override
  public void alert(Alert alert) {
    alerts.add(alert);
  }

  /** The same Node with another desired power, as the API would store it. */
  static Declared desired(Declared node, PowerState desired) {
    return next(node).generation(node.generation() + 1).desired(desired).build();
  }

  private static DeclaredBuilder next(Declared node) {
    return DeclaredBuilder.copy(node).revision(Long.toString(Long.parseLong(node.revision()) + 1));
  }

  /** The same Node with another status. */
  static Declared status(Declared node, MachineStatus status) {
    return touched(node.with(status));
  }

  /** The same Node with another hold. */
  static Declared hold(Declared node, Optional<Hold> hold) {
    return next(node).hold(hold).build();
  }

  /** The same Node at its next revision. */
  static Declared touched(Declared node) {
    return next(node).build();
  }
}
