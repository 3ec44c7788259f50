package org.homelab.autoscaler.camel;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;

/**
 * Whether a check of a machine would find anything out: most machines of a fleet are known through
 * their Kubernetes nodes alone, and to send each of them through a route every ten seconds is most
 * of what an idle operator would do. Whatever a user has written gets every machine.
 */
public final class WorthChecking implements Predicate<Object> {
  private final CamelContext context;
  private final Fleet fleet;
  private final AtomicReference<Boolean> shipped = new AtomicReference<>();

  /** Looks at the machines of that fleet. */
  public WorthChecking(CamelContext context, Fleet fleet) {
    this.context = context;
    this.fleet = fleet;
  }

  @Override
  public boolean test(Object key) {
    return !shipped() || fleet.machine((ObjectKey) key).filter(this::asks).isPresent();
  }

  /** Probes, its own or its recipe's; a kubelet that may live; or what was seen and may be over. */
  private boolean asks(Machine machine) {
    return machine.power().probing().isPresent()
        || machine.node().filter(node -> !node.ready()).isPresent()
        || machine.observation().isPresent()
        || !fleet.healthCheck(machine).probes().isEmpty();
  }

  /** Both routes are ours; they do not change while the program runs. */
  private boolean shipped() {
    Boolean known = shipped.get();
    if (known == null) {
      Route check = context.getRoute("health-check");
      Route hook = context.getRoute("observe");
      if (check == null || hook == null) {
        return false;
      }
      known = Origin.same(check, hook);
      shipped.set(known);
    }
    return known;
  }
}
