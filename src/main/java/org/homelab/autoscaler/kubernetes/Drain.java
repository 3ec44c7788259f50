package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.DrainPolicy.DaemonSetPods;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.kubernetes.Resident.Fate;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Empties a machine before its power goes, and lets it work again if it does not go. */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger("drain");

  private final Pods pods;
  private final Volumes volumes;
  private final Evictions evictions;
  private final NodeEdits nodes;
  private final Clock clock;

  /** Why the pods of a machine may not go, by uid, as its last round of evictions was told. */
  private final Map<ObjectKey, Map<String, String>> refused = new ConcurrentHashMap<>();

  /** Drains machines of that cluster. */
  public Drain(KubernetesClient client, FleetFeed feed, Clock clock) {
    this.pods = new Pods(client, clock);
    this.volumes = new Volumes(client);
    this.evictions = new Evictions(client);
    this.nodes = new NodeEdits(client, feed);
    this.clock = clock;
  }

  /** A live look at the pods that have yet to leave the machine, and then at its volumes. */
  public DrainView look(Machine machine, DrainPolicy policy) {
    List<Resident> remaining = pods.remaining(machine, policy);
    if (remaining.isEmpty()) {
      refused.remove(machine.key());
      boolean unmounts = !Pods.silent(machine, clock.instant());
      return DrainView.attached(unmounts ? volumes.attached(machine) : 0);
    }
    Map<String, String> why = refused.getOrDefault(machine.key(), Map.of());
    Resident first =
        remaining.stream()
            .min(
                Comparator.comparing(Resident::fate)
                    .thenComparing(resident -> !why.containsKey(Meta.uid(resident.pod()))))
            .get();
    String words =
        Meta.present(first.why())
            .orElseGet(() -> why.getOrDefault(Meta.uid(first.pod()), "not evicted yet"));
    return new DrainView(remaining.size(), Meta.key(first.pod()) + ": " + words);
  }

  /** Cordons the machine's Kubernetes node. A cordon that is there already stays whose it is. */
  public void cordon(Step step) {
    nodes.edit(step.machine(), node -> Cordons.cordon(node, clock.instant()));
  }

  /**
   * Takes back our cordon, and with it what the Cluster Autoscaler left behind when it ordered the
   * power-off that has come to nothing. A person's cordon stays.
   */
  public void uncordon(Step step) {
    refused.remove(step.machine().key());
    Instant since = PowerPolicy.removalsOver(step.machine(), step.now());
    nodes.edit(step.machine(), node -> asleep(node) ? node : Cordons.giveBack(node, since));
  }

  /** A Kubernetes node that is kept while its machine is off stays cordoned. */
  private static boolean asleep(Node node) {
    return Suspension.holds(node) && !KubernetesNodeReader.ready(node);
  }

  /**
   * Cordons, then asks every remaining pod to go that may and is not going already; no one while
   * one of them blocks the power-off for good. What keeps one is told by the next {@link #look}.
   */
  public void evict(Step step) {
    cordon(step);
    Machine machine = step.machine();
    DrainPolicy policy = step.policy().drainPolicy();
    List<Resident> remaining = pods.remaining(machine, policy);
    boolean blocked = remaining.stream().anyMatch(resident -> resident.fate() == Fate.BLOCKS);
    if (!blocked || policy.forced()) {
      evict(machine, remaining);
    }
  }

  private void evict(Machine machine, List<Resident> remaining) {
    Map<String, String> before = refused.getOrDefault(machine.key(), Map.of());
    var now = new HashMap<String, String>();
    for (Resident resident : remaining) {
      if (resident.fate() == Fate.LEAVES) {
        Pod pod = resident.pod();
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
    DrainView left = look(step.machine(), step.policy().drainPolicy());
    if (!left.podless()) {
      throw new PodsRemain(
          step.machine().key() + " has pods again: " + left.progress(left.remaining()));
    }
    if (step.policy().drainPolicy().daemonSetPods() == DaemonSetPods.EVICT) {
      pods.ofDaemonSets(step.machine()).forEach(evictions::evict);
    }
  }
}
