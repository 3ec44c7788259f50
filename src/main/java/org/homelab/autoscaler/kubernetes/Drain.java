package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Empties a machine before its power goes, and lets it work again if it does not go. */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger("drain");

  private final Pods pods;
  private final Evictions evictions;
  private final NodeEdits nodes;
  private final Clock clock;

  /** Why the pods of a machine may not go, by uid, as its last round of evictions was told. */
  private final Map<ObjectKey, Map<String, String>> refused = new ConcurrentHashMap<>();

  /** Drains machines of that cluster. */
  public Drain(KubernetesClient client, FleetFeed feed, Clock clock) {
    this.pods = new Pods(client, clock);
    this.evictions = new Evictions(client);
    this.nodes = new NodeEdits(client, feed);
    this.clock = clock;
  }

  /** A live look at the pods that have yet to leave the machine. */
  public DrainView look(Machine machine) {
    List<Pod> remaining = pods.remaining(machine);
    if (remaining.isEmpty()) {
      refused.remove(machine.key());
      return DrainView.EMPTY;
    }
    Map<String, String> why = refused.getOrDefault(machine.key(), Map.of());
    Pod first =
        remaining.stream().min(Comparator.comparing(pod -> !why.containsKey(Meta.uid(pod)))).get();
    int count = remaining.size();
    return new DrainView(
        count,
        (count == 1 ? "1 pod left" : count + " pods left")
            + ", waiting for "
            + Meta.key(first)
            + ": "
            + why.getOrDefault(
                Meta.uid(first), Meta.deleting(first) ? "it is terminating" : "not evicted yet"));
  }

  /** Cordons the machine's Kubernetes node. A cordon that is there already stays whose it is. */
  public void cordon(Step step) {
    nodes.edit(step.machine(), node -> NodeEdits.withCordon(node, clock.instant()));
  }

  /** Takes back our cordon, if it is ours. */
  public void uncordon(Step step) {
    refused.remove(step.machine().key());
    nodes.edit(
        step.machine(),
        node -> NodeEdits.cordonedByUs(node) ? NodeEdits.withoutCordon(node) : node);
  }

  /**
   * Cordons, then asks every remaining pod to go that is not going already. What keeps one is told
   * by the next {@link #look}.
   */
  public void evict(Step step) {
    cordon(step);
    Machine machine = step.machine();
    Map<String, String> before = refused.getOrDefault(machine.key(), Map.of());
    var now = new HashMap<String, String>();
    for (Pod pod : pods.remaining(machine)) {
      if (!Meta.deleting(pod)) {
        Optional<String> why = evictions.evict(pod);
        why.ifPresent(words -> now.put(Meta.uid(pod), words));
        why.filter(words -> !words.equals(before.get(Meta.uid(pod))))
            .ifPresent(words -> tell(machine, pod, words));
      }
    }
    refused.put(machine.key(), now);
  }

  private static void tell(Machine machine, Pod pod, String why) {
    LOG.info("machine={} pod={} stays: {}", machine.name(), Meta.key(pod), why);
  }

  /**
   * Makes certain, right before the power-off is claimed, that the machine is cordoned and empty.
   *
   * @throws PodsRemain if it is not empty, unless its owner chose to go on all the same
   */
  public void lastLook(Step step) {
    if (step.reason() == Reason.DRAIN_FORCED) {
      return;
    }
    cordon(step);
    DrainView left = look(step.machine());
    if (!left.done()) {
      throw new PodsRemain(step.machine().key() + " has " + left.waitingFor());
    }
  }
}
