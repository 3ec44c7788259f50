package org.homelab.autoscaler.scenario;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.KubernetesNode;

/** How CA gives machines up: unneeded for long, then marked, emptied and deleted. */
final class CaScaleDown {
  private final Lab lab;
  private final CaPort port;
  private final CaFlags flags;
  private final Consumer<String> say;
  private final Map<String, Instant> unneededSince = new HashMap<>();
  private final Set<String> going = new HashSet<>();
  private Instant lastAdded = Instant.MIN;
  private boolean stopped;

  CaScaleDown(Lab lab, CaPort port, CaFlags flags, Consumer<String> say) {
    this.lab = lab;
    this.port = port;
    this.flags = flags;
    this.say = say;
  }

  void stop() {
    stopped = true;
  }

  /** A scale-up began: no scale-down for a while. */
  void added(Instant now) {
    lastAdded = now;
  }

  /**
   * Finds machines of the group that are not needed, and begins with one that has not been for
   * long.
   */
  void consider(CaGroup group, int needed, Map<String, Instant> nodeSince, Instant now) {
    List<KubernetesNode> standing = group.nodes.stream().filter(this::stands).toList();
    List<KubernetesNode> idle =
        standing.stream()
            .sorted(Comparator.comparing(KubernetesNode::name).reversed())
            .limit(Math.max(0, standing.size() - needed))
            .toList();
    Set<String> unneeded = new HashSet<>();
    Stream.concat(idle.stream(), group.nodes.stream().filter(node -> lost(node, nodeSince, now)))
        .forEach(node -> unneeded.add(node.name()));
    group.nodes.stream()
        .map(KubernetesNode::name)
        .filter(name -> !unneeded.contains(name))
        .forEach(unneededSince::remove);
    unneeded.forEach(name -> unneededSince.putIfAbsent(name, now));
    if (now.isBefore(lastAdded.plus(flags.afterAdd()))) {
      return;
    }
    group.nodes.stream()
        .filter(node -> unneeded.contains(node.name()))
        .filter(node -> due(node, now))
        .findFirst()
        .ifPresent(node -> begin(group, node));
  }

  private boolean stands(KubernetesNode node) {
    return node.ready() && !node.unschedulable() && !node.toBeDeleted();
  }

  private boolean lost(KubernetesNode node, Map<String, Instant> nodeSince, Instant now) {
    return !node.ready()
        && !node.toBeDeleted()
        && !nodeSince.get(node.name()).plus(CaFlags.STARTUP).isAfter(now);
  }

  private boolean due(KubernetesNode node, Instant now) {
    Instant since = unneededSince.get(node.name());
    return since.plus(node.ready() ? flags.unneeded() : flags.unready()).isBefore(now);
  }

  private void begin(CaGroup group, KubernetesNode node) {
    long ongoing = group.nodes.stream().filter(KubernetesNode::toBeDeleted).count();
    int target = port.targetSize(group.id);
    port.options(group.id);
    if (target - going.size() <= group.told.getMinSize() || ongoing > 0) {
      return;
    }
    going.add(node.name());
    lab.editNode(node.name(), one -> CaLoop.marked(one, lab.now()));
    lab.timers()
        .in(CaFlags.AFTER_TAINT, () -> empty(group, node, lab.now().plus(CaFlags.EVICTION)));
  }

  private void empty(CaGroup group, KubernetesNode node, Instant deadline) {
    if (stopped) {
      return;
    }
    Box box = lab.box(node.name());
    box.evict(lab.now(), DrainPolicy.FAIL);
    if (box.pods().isEmpty() || !node.ready()) {
      delete(group, node);
    } else if (lab.now().isBefore(deadline)) {
      lab.timers().in(CaFlags.AFTER_TAINT, () -> empty(group, node, deadline));
    } else {
      giveUp(node, "pods remain");
    }
  }

  private void delete(CaGroup group, KubernetesNode node) {
    try {
      port.groupFor(CaNodes.real(node));
      port.delete(group.id, List.of(CaNodes.real(node)));
      going.remove(node.name());
      say.accept("ScaleDown " + node.name());
    } catch (CaPort.Failed refused) {
      giveUp(node, refused.getMessage());
    }
  }

  private void giveUp(KubernetesNode node, String why) {
    going.remove(node.name());
    unneededSince.remove(node.name());
    unmark(node.name());
    say.accept("ScaleDownFailed " + why);
  }

  void unmark(String node) {
    lab.editNode(node, CaLoop::unmarked);
  }
}
