package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tiny scheduler: binds pods, oldest first, to the fullest Kubernetes node that has room. */
final class Scheduler {
  private static final Logger LOG = LoggerFactory.getLogger("sched");

  private final Lab lab;

  Scheduler(Lab lab) {
    this.lab = lab;
  }

  void start() {
    lab.every(0.3, this::bind);
  }

  private void bind() {
    List<Pod> pods = lab.api().list(Change.PODS, Pod.class);
    List<Pod> waiting = waiting(pods);
    if (waiting.isEmpty()) {
      return;
    }
    Map<String, List<String>> bound = new LinkedHashMap<>();
    placement(waiting, lab.api().list(Change.NODES, Node.class), pods)
        .forEach(
            (pod, node) -> {
              lab.client()
                  .resource(pod)
                  .patch(Lab.MERGE, Json.text(Map.of("spec", Map.of("nodeName", node))));
              bound.computeIfAbsent(node, name -> new ArrayList<>()).add(Pods.name(pod));
            });
    bound.forEach((node, names) -> LOG.info("{} gets {}", node, String.join(", ", names)));
  }

  /** Pods that wait for a Kubernetes node, oldest first. */
  static List<Pod> waiting(Collection<Pod> pods) {
    return pods.stream()
        .filter(pod -> Pods.node(pod).isEmpty() && !Pods.going(pod) && !Pods.finished(pod))
        .sorted(
            Comparator.comparing((Pod pod) -> pod.getMetadata().getCreationTimestamp())
                .thenComparing(pod -> Long.valueOf(pod.getMetadata().getResourceVersion())))
        .toList();
  }

  /** Where each of the waiting pods goes; those without a place are left out. */
  static Map<Pod, String> placement(List<Pod> waiting, List<Node> nodes, Collection<Pod> pods) {
    Map<String, Room> free = new LinkedHashMap<>();
    nodes.stream()
        .filter(Nodes::schedulable)
        .forEach(node -> free.put(Nodes.name(node), Room.free(node, pods)));
    Map<Pod, String> placement = new LinkedHashMap<>();
    for (Pod pod : waiting) {
      Room asked = Room.of(pod);
      Optional<String> fullest =
          free.keySet().stream()
              .filter(node -> free.get(node).holds(asked))
              .min(Comparator.comparingLong(node -> free.get(node).cpu()));
      fullest.ifPresent(
          node -> {
            placement.put(pod, node);
            free.compute(node, (name, room) -> room.minus(asked));
          });
    }
    return placement;
  }
}
