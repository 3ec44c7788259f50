package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.Alert;
import org.homelab.autoscaler.cloudprovider.Intents;
import org.homelab.autoscaler.cloudprovider.PowerIntent;
import org.homelab.autoscaler.cloudprovider.ProviderException;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes desired power into Nodes, each write only if the Node is still as it was looked at. Every
 * request marks what it writes, so that it knows its own writes again even if their answer was
 * lost, and takes back no other.
 */
public final class PowerIntents implements Intents {
  private static final Logger LOG = LoggerFactory.getLogger(PowerIntents.class);

  private final Fleet fleet;
  private final FleetFeed feed;
  private final Events events;
  private final IntentPatch patch;
  private final Set<ObjectKey> underOrder = ConcurrentHashMap.newKeySet();

  /** Writes into that cluster. */
  public PowerIntents(KubernetesClient client, Fleet fleet, FleetFeed feed, Events events) {
    this.fleet = fleet;
    this.feed = feed;
    this.events = events;
    this.patch = new IntentPatch(Impatient.of(client));
  }

  @Override
  public void apply(GroupSnapshot group, List<PowerIntent> intents) {
    List<ObjectKey> keys = intents.stream().map(intent -> intent.machine().key()).toList();
    underOrder.addAll(keys);
    try {
      writeAll(intents);
    } finally {
      underOrder.removeAll(keys);
    }
  }

  /**
   * Whether an order for the machine is being written that may yet be taken back. Ask this after
   * the look at the machine: what the look shows of an order is then either over or still under
   * way.
   */
  public boolean underOrder(ObjectKey machine) {
    return underOrder.contains(machine);
  }

  private void writeAll(List<PowerIntent> intents) {
    String mark = UUID.randomUUID().toString().substring(0, 8);
    List<Node> written = new ArrayList<>();
    int done = 0;
    try {
      for (PowerIntent intent : intents) {
        written.add(write(intent, mark));
        done++;
      }
    } catch (KubernetesClientException | StaleLook failed) {
      takeBack(intents.subList(0, done + 1), mark);
      throw refusal(failed);
    }
    written.forEach(feed::wrote);
  }

  private Node write(PowerIntent intent, String mark) {
    Machine machine = intent.machine();
    try {
      return patch.write(
          machine.key(),
          machine.declared().revision(),
          intent.desired(),
          IntentPatch.marked(intent.why(), mark));
    } catch (StaleLook changed) {
      // A request that was sent again because its answer was lost meets its own write.
      return patch
          .read(machine.key())
          .filter(node -> IntentPatch.carries(node, mark))
          .orElseThrow(() -> changed);
    }
  }

  private static ProviderException refusal(RuntimeException failed) {
    return failed instanceof StaleLook
        ? new ProviderException.StaleSnapshot(failed.getMessage(), failed)
        : new ProviderException.Unavailable(
            "the Kubernetes API did not take the order; nothing of it is left", failed);
  }

  /** Leaves the machines as they were and the fleet knowing how that is. */
  private void takeBack(List<PowerIntent> intents, String mark) {
    for (PowerIntent intent : intents) {
      Machine machine = intent.machine();
      try {
        patch.takeBack(machine, mark).ifPresentOrElse(feed::wrote, () -> forget(machine));
      } catch (KubernetesClientException | StaleLook failed) {
        LOG.error(
            "machine={} powerState may still be {} though the order failed: check it, and set it"
                + " with kubectl patch if need be ({})",
            machine.key(),
            intent.desired(),
            failed.getMessage());
      }
    }
  }

  private void forget(Machine machine) {
    feed.storedMachine(machine.key())
        .filter(node -> Meta.uid(node).equals(machine.declared().uid()))
        .ifPresent(feed::machineGone);
  }

  /**
   * Wants a machine on that came up by itself.
   *
   * @return the same step with the machine as it is now
   * @throws StaleLook if the Node has changed since the step's look
   */
  public Step adopt(Step step) {
    Machine machine = step.machine();
    feed.wrote(
        patch.write(
            machine.key(),
            machine.declared().revision(),
            PowerState.ON,
            "homelab-autoscaler: it came up by itself"));
    Machine now = fleet.machine(machine.key()).orElseThrow(() -> patch.gone(machine.key()));
    return new Step(now, step.policy(), step.decision(), step.now());
  }

  @Override
  public void alert(Alert alert) {
    LOG.warn("machine={} {}", alert.machine().name(), alert.message());
    events.alert(alert);
  }
}
