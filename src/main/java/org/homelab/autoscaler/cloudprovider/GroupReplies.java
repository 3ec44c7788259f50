package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoResponse;
import com.google.protobuf.ByteString;
import java.util.Set;
import java.util.stream.Collectors;
import org.homelab.autoscaler.fleet.ObjectKey;

/**
 * What the Cluster Autoscaler is told of a group, made once from one view and given as often as it
 * is asked for: CA asks for the same group hundreds of times in a loop.
 */
final class GroupReplies {
  private final GroupView view;
  private final Set<ObjectKey> listed;
  private final NodeGroup description;
  private final NodeGroupForNodeResponse ofNode;
  private final NodeGroupTargetSizeResponse target;
  private final NodeGroupNodesResponse nodes;
  private volatile NodeGroupTemplateNodeInfoResponse template;

  GroupReplies(GroupView view) {
    this.view = view;
    this.listed =
        view.members().stream()
            .filter(member -> member.standing().listed())
            .map(member -> member.machine().key())
            .collect(Collectors.toUnmodifiableSet());
    this.description = NodeGroups.describe(view);
    this.ofNode = NodeGroupForNodeResponse.newBuilder().setNodeGroup(description).build();
    this.target = NodeGroupTargetSizeResponse.newBuilder().setTargetSize(view.target()).build();
    this.nodes = NodeGroupNodesResponse.newBuilder().addAllInstances(Instances.of(view)).build();
  }

  GroupView view() {
    return view;
  }

  /** Whether CA is told that this machine is an instance of the group. */
  boolean lists(ObjectKey machine) {
    return listed.contains(machine);
  }

  NodeGroup description() {
    return description;
  }

  NodeGroupForNodeResponse ofNode() {
    return ofNode;
  }

  NodeGroupTargetSizeResponse target() {
    return target;
  }

  NodeGroupNodesResponse nodes() {
    return nodes;
  }

  /**
   * What its next Kubernetes node would look like, for CAs old and new; drawn when first asked for.
   *
   * @throws ProviderException.Unimplemented if nothing is known of any member
   */
  NodeGroupTemplateNodeInfoResponse template() {
    NodeGroupTemplateNodeInfoResponse drawn = template;
    if (drawn == null) {
      ByteString node = TemplateNodeInfo.bytes(view);
      drawn =
          NodeGroupTemplateNodeInfoResponse.newBuilder()
              .setNodeInfo(node)
              .setNodeBytes(node)
              .build();
      template = drawn;
    }
    return drawn;
  }
}
