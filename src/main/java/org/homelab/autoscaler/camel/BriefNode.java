package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;

/**
 * Cuts of a Kubernetes node's status what a kubelet tells beside its conditions and its size: the
 * list of its images alone is most of a Kubernetes node.
 */
final class BriefNode {
  private BriefNode() {}

  static void cut(Node node) {
    NodeStatus status = node.getStatus();
    if (status != null) {
      node.setStatus(
          new NodeStatusBuilder()
              .withConditions(status.getConditions())
              .withCapacity(status.getCapacity())
              .withAllocatable(status.getAllocatable())
              .build());
    }
  }
}
