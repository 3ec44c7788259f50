package org.homelab.autoscaler.scenario;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Taint;

/**
 * The main loop of the Cluster Autoscaler as far as it concerns a provider: the order of its calls,
 * what it caches, when it takes a machine for lost and what it then does. Pods are counted in
 * machines: a group needs so many.
 */
final class CaLoop {
  private final Lab lab;
  private final CaPort port;
  private final CaFlags flags;
  private final Map<String, Integer> needs;
  private final List<String> events;
  private final Map<String, CaGroup> groups = new TreeMap<>();
  private final Map<String, List<Instance>> cache = new HashMap<>();
  private final Map<String, Instant> unregisteredSince = new HashMap<>();
  private final Map<String, Instant> nodeSince = new HashMap<>();
  private final CaScaleDown scaleDown;
  private Instant instancesAt = Instant.MIN;
  private boolean stopped;

  /**
   * A CA that has just been started.
   *
   * @param needs how many machines the pods of a group need, by its id
   * @param events takes what it tells, oldest first
   */
  CaLoop(Lab lab, CaPort port, CaFlags flags, Map<String, Integer> needs, List<String> events) {
    this.lab = lab;
    this.port = port;
    this.flags = flags;
    this.needs = needs;
    this.events = events;
    this.scaleDown = new CaScaleDown(lab, port, flags, this::say);
    cleanUp();
    loop();
  }

  /** CA dies; what it had in memory is lost. */
  void stop() {
    stopped = true;
    scaleDown.stop();
  }

  private void say(String event) {
    events.add(event);
  }

  /** Marks of an earlier life are taken off nodes that are ours, before the first Refresh. */
  private void cleanUp() {
    for (KubernetesNode node : List.copyOf(lab.nodes().values())) {
      if (node.toBeDeleted() && port.groupFor(CaNodes.real(node)).isPresent()) {
        scaleDown.unmark(node.name());
      }
    }
  }

  private void loop() {
    if (stopped) {
      return;
    }
    lab.timers().in(CaFlags.SCAN, this::loop);
    try {
      once(lab.now());
    } catch (CaPort.Failed failed) {
      say("CloudProviderError " + failed.getMessage());
    }
  }

  private void once(Instant now) {
    port.refresh();
    look(now);
    Collection<CaGroup> all = groups.values();
    for (CaGroup group : all) {
      waitForScaleUp(group, now);
    }
    for (CaGroup group : all) {
      removeUnregistered(group);
    }
    if (unhealthy()) {
      say("ClusterUnhealthy");
      return;
    }
    for (CaGroup group : all) {
      if (removeFailed(group, now)) {
        return;
      }
    }
    for (CaGroup group : all) {
      if (fixSize(group, now)) {
        return;
      }
    }
    for (CaGroup group : all) {
      scaleUp(group, now);
    }
    for (CaGroup group : all) {
      scaleDown.consider(group, needs.getOrDefault(group.id, 0), nodeSince, now);
    }
  }

  private void look(Instant now) {
    Map<String, List<KubernetesNode>> members = new HashMap<>();
    Set<String> registered = new HashSet<>();
    nodeSince.keySet().retainAll(lab.nodes().keySet());
    for (NodeGroup told : port.groups()) {
      groups.computeIfAbsent(told.getId(), CaGroup::new).told = told;
    }
    for (KubernetesNode node : lab.nodes().values()) {
      nodeSince.putIfAbsent(node.name(), now);
      node.providerId().ifPresent(registered::add);
      port.groupFor(CaNodes.real(node))
          .map(NodeGroup::getId)
          .ifPresent(id -> members.computeIfAbsent(id, none -> new ArrayList<>()).add(node));
    }
    if (!instancesAt.plus(CaFlags.INSTANCES).isAfter(now)) {
      cache.clear();
      instancesAt = now;
    }
    for (CaGroup group : groups.values()) {
      group.nodes = members.getOrDefault(group.id, List.of());
      group.usable =
          group.nodes.stream().anyMatch(node -> node.ready() && !node.toBeDeleted())
              || port.hasTemplate(group.id);
      group.target = port.targetSize(group.id);
      group.instances = cache.computeIfAbsent(group.id, port::instances);
      count(group, registered, now);
      if (group.request.isPresent() && group.missing() > 0) {
        cache.remove(group.id);
      }
    }
  }

  private void count(CaGroup group, Set<String> registered, Instant now) {
    Optional<NodeGroupAutoscalingOptions> options = port.options(group.id);
    Duration startup =
        options.isPresent() && flags.version() >= 35 ? Duration.ZERO : CaFlags.STARTUP;
    group.provision =
        options
            .map(own -> Duration.ofSeconds(own.getMaxNodeProvisionDuration().getSeconds()))
            .orElse(flags.provision());
    group.ready = 0;
    group.unready = 0;
    for (KubernetesNode node : group.nodes) {
      if (node.toBeDeleted()) {
        continue;
      }
      if (node.ready()) {
        group.ready++;
      } else if (!nodeSince.get(node.name()).plus(startup).isAfter(now)) {
        group.unready++;
      }
    }
    group.unregistered = new HashSet<>();
    group.longUnregistered = new HashSet<>();
    for (Instance instance : group.instances) {
      if (registered.contains(instance.getId()) || !CaGroup.expectedToRegister(instance)) {
        unregisteredSince.remove(instance.getId());
        continue;
      }
      Instant since = unregisteredSince.computeIfAbsent(instance.getId(), none -> now);
      boolean tooLong = since.plus(group.provision).isBefore(now);
      (tooLong ? group.longUnregistered : group.unregistered).add(instance.getId());
    }
  }

  private void waitForScaleUp(CaGroup group, Instant now) {
    if (group.request.isEmpty()) {
      return;
    }
    if (group.missing() <= 0 && group.longUnregistered.isEmpty()) {
      group.request = Optional.empty();
      group.forgive();
    } else if (group.request.get().expected().isBefore(now)) {
      say("ScaleUpTimedOut " + group.id);
      int increase = group.request.get().increase();
      group.request = Optional.empty();
      group.backOff(now);
      revert(group, increase);
    }
  }

  private void revert(CaGroup group, int increase) {
    if (flags.version() < 36 || increase == 0) {
      return;
    }
    try {
      port.decrease(group.id, -increase);
    } catch (CaPort.Failed refused) {
      say("FailedToRevertScaleUp " + refused.getMessage());
    }
  }

  private void removeUnregistered(CaGroup group) {
    if (group.longUnregistered.isEmpty()) {
      return;
    }
    int possible = port.targetSize(group.id) - group.told.getMinSize();
    List<String> ids = group.longUnregistered.stream().sorted().toList();
    if (!flags.forceDelete()) {
      ids = ids.subList(0, Math.min(ids.size(), Math.max(0, possible)));
    }
    if (ids.isEmpty()) {
      say("NodeGroupMinSizeReached " + group.id);
      return;
    }
    delete(group, ids, "unregistered", "DeleteUnregistered");
  }

  private boolean delete(CaGroup group, List<String> ids, String reason, String event) {
    cache.remove(group.id);
    try {
      port.delete(group.id, ids.stream().map(id -> CaNodes.fake(id, reason)).toList());
      say(event + " " + ids);
      return true;
    } catch (CaPort.Failed refused) {
      say(event + "Failed " + refused.getMessage());
      return false;
    }
  }

  private boolean unhealthy() {
    long unready = lab.nodes().values().stream().filter(node -> lost(node)).count();
    return unready > 3 && unready * 100 > 45L * lab.nodes().size();
  }

  private boolean lost(KubernetesNode node) {
    return !node.ready()
        && !node.toBeDeleted()
        && !nodeSince.get(node.name()).plus(CaFlags.STARTUP).isAfter(lab.now());
  }

  private boolean removeFailed(CaGroup group, Instant now) {
    List<Instance> failed = group.failed();
    if (failed.isEmpty()) {
      return false;
    }
    if (group.request.isPresent()) {
      say("ScaleUpFailed " + failed.get(0).getStatus().getErrorInfo().getErrorCode());
      CaGroup.Request request = group.request.get();
      int left = request.increase() - failed.size();
      group.request =
          left > 0 ? Optional.of(new CaGroup.Request(left, request.expected())) : Optional.empty();
      group.backOff(now);
    }
    return delete(
        group, failed.stream().map(Instance::getId).toList(), "create-error", "DeleteFailed");
  }

  /** An error here is one of the whole loop. */
  private boolean fixSize(CaGroup group, Instant now) {
    int registered = group.nodes.size();
    int waiting = group.unregistered.size() + group.longUnregistered.size();
    if (registered <= group.target && registered >= group.target - waiting) {
      group.misfit = Optional.empty();
      return false;
    }
    boolean same =
        group
            .misfit
            .filter(one -> one.registered() == registered && one.target() == group.target)
            .isPresent();
    if (!same) {
      group.misfit = Optional.of(new CaGroup.Misfit(registered, group.target, now));
    }
    boolean due = group.misfit.get().since().plus(group.provision).isBefore(now);
    if (!due || registered >= group.target) {
      return false;
    }
    say("FixNodeGroupSize " + group.id);
    port.decrease(group.id, registered - group.target);
    return true;
  }

  private void scaleUp(CaGroup group, Instant now) {
    long standing =
        group.nodes.stream()
            .filter(node -> node.ready() && !node.unschedulable() && !node.toBeDeleted())
            .count();
    int wanted = needs.getOrDefault(group.id, 0) - (int) standing - group.upcoming(flags, now);
    int target = port.targetSize(group.id);
    if (flags.enforceMin()) {
      wanted = Math.max(wanted, group.told.getMinSize() - target);
    }
    int delta = Math.min(wanted, group.told.getMaxSize() - target);
    if (wanted <= 0 || group.backedOff(now)) {
      return;
    }
    if (!group.usable || delta <= 0) {
      say((group.usable ? "MaxSizeReached " : "NoNodeInfo ") + group.id);
      return;
    }
    port.options(group.id);
    port.groupFor(CaNodes.template(group.id));
    increase(group, delta, now);
  }

  private void increase(CaGroup group, int delta, Instant now) {
    try {
      port.increase(group.id, delta);
    } catch (CaPort.Failed refused) {
      say("FailedToScaleUpGroup " + refused.getMessage());
      group.backOff(now);
      return;
    }
    say("ScaledUpGroup " + group.id + " by " + delta);
    int before = group.request.map(CaGroup.Request::increase).orElse(0);
    group.request = Optional.of(new CaGroup.Request(before + delta, now.plus(group.provision)));
    cache.remove(group.id);
    scaleDown.added(now);
  }

  /** The same node with CA's mark on it, which says when it was made. */
  static KubernetesNode marked(KubernetesNode node, Instant now) {
    List<Taint> taints = new ArrayList<>(unmarkedTaints(node));
    taints.add(new Taint(Taint.TO_BE_DELETED, Long.toString(now.getEpochSecond()), "NoSchedule"));
    return Edits.taints(node, taints, true);
  }

  /** The same node without CA's mark and cordon. */
  static KubernetesNode unmarked(KubernetesNode node) {
    return Edits.taints(node, unmarkedTaints(node), false);
  }

  private static List<Taint> unmarkedTaints(KubernetesNode node) {
    return node.taints().stream()
        .filter(taint -> !taint.key().equals(Taint.TO_BE_DELETED))
        .toList();
  }
}
