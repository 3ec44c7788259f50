package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which Kubernetes nodes nobody needs. Pure. */
final class ScaleDown {
  /** Taint of a node that has been given back. */
  static final String TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler";

  private ScaleDown() {}

  /**
   * A node that could go.
   *
   * @param movable how many pods on it would move to another
   */
  record Candidate(Node node, int movable) {}

  /**
   * Nodes that could go, each for itself: those with no pods, and those whose pods are all replicas
   * that have room elsewhere.
   */
  static List<Candidate> candidates(List<Node> nodes, List<Pod> pods) {
    Map<String, Room> free = free(nodes, pods);
    return nodes.stream()
        .filter(Nodes::schedulable)
        .filter(node -> canGo(node, free, pods))
        .map(node -> new Candidate(node, on(node, pods).size()))
        .toList();
  }

  /**
   * Of nodes that have been idle for long enough, those to give back now: all that are empty, else
   * one that has to be drained, and none while another is being drained.
   */
  static List<Candidate> choose(
      List<Candidate> candidates,
      Predicate<Node> idleLongEnough,
      List<Node> nodes,
      List<Pod> pods) {
    boolean draining =
        nodes.stream()
            .anyMatch(node -> Nodes.tainted(node, TO_BE_DELETED) && !on(node, pods).isEmpty());
    List<Candidate> idle =
        candidates.stream().filter(candidate -> idleLongEnough.test(candidate.node())).toList();
    if (draining) {
      return List.of();
    }
    List<Candidate> empty = idle.stream().filter(candidate -> candidate.movable() == 0).toList();
    return empty.isEmpty() ? idle.stream().limit(1).toList() : empty;
  }

  private static boolean canGo(Node node, Map<String, Room> free, List<Pod> pods) {
    List<Pod> here = on(node, pods);
    Map<String, Room> elsewhere = new LinkedHashMap<>(free);
    elsewhere.remove(Nodes.name(node));
    return here.stream().allMatch(pod -> Pods.ownedBy(pod, "ReplicaSet"))
        && ScaleUp.fits(here.stream().map(Room::of).toList(), new ArrayList<>(elsewhere.values()));
  }

  private static Map<String, Room> free(List<Node> nodes, List<Pod> pods) {
    Map<String, Room> free = new LinkedHashMap<>();
    nodes.stream()
        .filter(Nodes::schedulable)
        .forEach(node -> free.put(Nodes.name(node), Room.free(node, pods)));
    return free;
  }

  private static List<Pod> on(Node node, List<Pod> pods) {
    return pods.stream()
        .filter(pod -> Pods.node(pod).filter(Nodes.name(node)::equals).isPresent())
        .filter(Pods::evictable)
        .toList();
  }
}
