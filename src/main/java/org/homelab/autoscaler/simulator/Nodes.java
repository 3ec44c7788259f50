package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Optional;

/** What the simulation wants to know of a Kubernetes node. */
final class Nodes {
  private static final List<String> REPELLING = List.of("NoSchedule", "NoExecute");

  private Nodes() {}

  static String name(Node node) {
    return node.getMetadata().getName();
  }

  static String providerId(Node node) {
    return Optional.ofNullable(node.getSpec().getProviderID()).orElse("");
  }

  static boolean ready(Node node) {
    return node.getStatus().getConditions().stream()
        .anyMatch(is -> is.getType().equals("Ready") && is.getStatus().equals("True"));
  }

  static boolean tainted(Node node, String key) {
    return node.getSpec().getTaints().stream().anyMatch(taint -> taint.getKey().equals(key));
  }

  /** Whether an ordinary pod may be bound to it. */
  static boolean schedulable(Node node) {
    return ready(node)
        && !Boolean.TRUE.equals(node.getSpec().getUnschedulable())
        && node.getSpec().getTaints().stream()
            .noneMatch(taint -> REPELLING.contains(taint.getEffect()));
  }
}
