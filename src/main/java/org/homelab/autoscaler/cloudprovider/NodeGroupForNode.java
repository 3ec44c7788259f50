package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeResponse;
import java.util.Optional;
import java.util.function.Function;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.KubernetesNode;

/**
 * Tells which group a Kubernetes node belongs to: that of its machine, as long as the machine is an
 * instance of the group. A stale or suspended Kubernetes node of a machine that is off, and a
 * machine that is off limits, belong to none, so that CA neither counts nor touches them.
 */
final class NodeGroupForNode {
  /** What CA takes for "belongs to no group". */
  private static final NodeGroupForNodeResponse NONE =
      NodeGroupForNodeResponse.newBuilder().setNodeGroup(NodeGroup.getDefaultInstance()).build();

  private final Fleet fleet;
  private final Function<GroupSnapshot, GroupReplies> replies;

  NodeGroupForNode(Fleet fleet, Function<GroupSnapshot, GroupReplies> replies) {
    this.fleet = fleet;
    this.replies = replies;
  }

  NodeGroupForNodeResponse of(ExternalGrpcNode node) {
    return TemplateId.group(node.getProviderID())
        .flatMap(fleet::group)
        .map(replies)
        .or(() -> ofMachine(node))
        .map(GroupReplies::ofNode)
        .orElse(NONE);
  }

  private Optional<GroupReplies> ofMachine(ExternalGrpcNode node) {
    return Identity.machine(fleet, node)
        .filter(machine -> machine.node().filter(KubernetesNode::suspended).isEmpty())
        .flatMap(
            machine ->
                machine
                    .group()
                    .flatMap(fleet::group)
                    .map(replies)
                    .filter(group -> group.lists(machine.key())));
  }
}
