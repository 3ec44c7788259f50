package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import java.util.Optional;
import org.homelab.autoscaler.api.Amounts;
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
        Meta.createdAt(node),
        ready(node),
        ready
            .flatMap(condition -> Amounts.time(condition.getLastTransitionTime()))
            .orElseGet(() -> Meta.createdAt(node)),
        unschedulable,
        Cordons.ours(node),
        Cordons.ofAPerson(node),
        Suspension.holds(node),
        kept(node),
        Meta.present(spec.getProviderID()),
        Meta.labels(node),
        Meta.texts(node.getMetadata().getAnnotations()),
        Meta.taints(spec.getTaints()),
        Meta.amounts(status.getCapacity()),
        Meta.amounts(status.getAllocatable()));
  }

  private static KubernetesNode.Kept kept(Node node) {
    if (Meta.annotation(node, Api.KEPT_ANNOTATION).isPresent()) {
      return KubernetesNode.Kept.BY_US;
    }
    return Meta.annotation(node, Api.SCALE_DOWN_DISABLED_ANNOTATION)
            .filter("true"::equals)
            .isPresent()
        ? KubernetesNode.Kept.BY_OTHERS
        : KubernetesNode.Kept.NO;
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
