package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.KubernetesNode;

/** Translates a Kubernetes node. */
final class KubernetesNodeReader {
  private KubernetesNodeReader() {}

  static KubernetesNode read(Node node) {
    NodeSpec spec = Optional.ofNullable(node.getSpec()).orElseGet(NodeSpec::new);
    NodeStatus status = Optional.ofNullable(node.getStatus()).orElseGet(NodeStatus::new);
    Optional<NodeCondition> ready = condition(node);
    boolean unschedulable = Boolean.TRUE.equals(spec.getUnschedulable());
    return new KubernetesNode(
        Meta.key(node).name(),
        Meta.uid(node),
        ready(node),
        ready
            .flatMap(condition -> Meta.time(condition.getLastTransitionTime()))
            .orElseGet(() -> Meta.createdAt(node)),
        unschedulable,
        unschedulable && Meta.annotation(node, Api.CORDONED_ANNOTATION).isPresent(),
        Meta.present(spec.getProviderID()),
        Meta.labels(node),
        Meta.taints(spec.getTaints()),
        Meta.amounts(status.getCapacity()),
        Meta.amounts(status.getAllocatable()));
  }

  /** Whether its Ready condition is True. */
  static boolean ready(Node node) {
    return condition(node).filter(condition -> "True".equals(condition.getStatus())).isPresent();
  }

  private static Optional<NodeCondition> condition(Node node) {
    return Optional.ofNullable(node.getStatus()).stream()
        .flatMap(status -> Meta.orEmpty(status.getConditions()).stream())
        .filter(condition -> "Ready".equals(condition.getType()))
        .findFirst();
  }
}
