package org.homelab.autoscaler.testing;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Kubernetes nodes whose kubelet is the test: Ready when it says so, and not before. It must say so
 * again and again, or they turn Unknown soon, as one does whose kubelet has fallen silent.
 */
public final class HandmadeNodes {
  private HandmadeNodes() {}

  /** A Kubernetes node that has just registered, without any condition yet. */
  public static Node named(String name) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .build();
  }

  /**
   * Says that the node is Ready or not: from the next second on where that is new, for such times
   * have no fractions, else that it still is.
   */
  public static void setReady(KubernetesClient client, String name, boolean ready) {
    Contended.editStatus(client.nodes().withName(name), node -> with(node, ready));
  }

  private static Node with(Node node, boolean ready) {
    String status = ready ? "True" : "False";
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    String since =
        node.getStatus().getConditions().stream()
            .filter(known -> known.getType().equals("Ready") && known.getStatus().equals(status))
            .map(NodeCondition::getLastTransitionTime)
            .findFirst()
            .orElse(now.plusSeconds(1).toString());
    node.getStatus()
        .setConditions(
            List.of(
                new NodeConditionBuilder()
                    .withType("Ready")
                    .withStatus(status)
                    .withLastHeartbeatTime(now.toString())
                    .withLastTransitionTime(since)
                    .build()));
    return node;
  }
}
