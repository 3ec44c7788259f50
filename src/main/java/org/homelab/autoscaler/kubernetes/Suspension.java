package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The condition by which the Cluster Autoscaler knows that a Kubernetes node is off on purpose, and
 * not broken.
 */
final class Suspension {
  private static final String TYPE = "Suspended";

  private Suspension() {}

  static boolean holds(Node node) {
    return conditions(node).anyMatch(is -> ours(is) && "True".equals(is.getStatus()));
  }

  static Node with(Node node, Instant now) {
    return holds(node) ? node : node(node, List.of(suspended(Meta.text(seconds(now)))));
  }

  static Node without(Node node) {
    return conditions(node).anyMatch(Suspension::ours) ? node(node, List.of()) : node;
  }

  private static Node node(Node node, List<NodeCondition> more) {
    List<NodeCondition> conditions = new ArrayList<>(others(node));
    conditions.addAll(more);
    return node.edit().editOrNewStatus().withConditions(conditions).endStatus().build();
  }

  private static NodeCondition suspended(String now) {
    return new NodeConditionBuilder()
        .withType(TYPE)
        .withStatus("True")
        .withReason("PoweredOff")
        .withMessage("The machine is off; Homelab Autoscaler powers it on when it is needed.")
        .withLastHeartbeatTime(now)
        .withLastTransitionTime(now)
        .build();
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  private static List<NodeCondition> others(Node node) {
    return conditions(node).filter(is -> !ours(is)).toList();
  }

  private static boolean ours(NodeCondition condition) {
    return TYPE.equals(condition.getType());
  }

  private static Stream<NodeCondition> conditions(Node node) {
    return node.getStatus() == null
        ? Stream.empty()
        : Meta.orEmpty(node.getStatus().getConditions()).stream();
  }
}
