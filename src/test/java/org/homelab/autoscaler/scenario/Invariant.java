package org.homelab.autoscaler.scenario;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.fleet.KubernetesNode;

/**
 * What CA may rely on at every instant: the target size is the number of instances that are not
 * Deleting, the id of an instance is the provider id of its Kubernetes node, and the target lies
 * within the bounds that are told, but that a group may be below its minimum until CA asks for
 * more.
 */
final class Invariant {
  private final Lab lab;
  private final Operator operator;

  Invariant(Lab lab, Operator operator) {
    this.lab = lab;
    this.operator = operator;
  }

  void check(String when) {
    CloudProviderService provider = operator.provider();
    for (NodeGroup group :
        provider.nodeGroups(NodeGroupsRequest.getDefaultInstance()).getNodeGroupsList()) {
      check(provider, group, when + ": " + group.getId());
    }
  }

  private void check(CloudProviderService provider, NodeGroup group, String where) {
    int target =
        provider
            .nodeGroupTargetSize(
                NodeGroupTargetSizeRequest.newBuilder().setId(group.getId()).build())
            .getTargetSize();
    List<Instance> instances =
        provider
            .nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId(group.getId()).build())
            .getInstancesList();
    Set<String> ids = new HashSet<>();
    instances.forEach(one -> require(ids.add(one.getId()), where + " lists one twice"));
    long staying =
        instances.stream()
            .filter(one -> one.getStatus().getInstanceState() != InstanceState.instanceDeleting)
            .count();
    require(
        target == staying, where + " has target " + target + " and " + staying + " not Deleting");
    require(
        0 <= group.getMinSize() && group.getMinSize() <= group.getMaxSize(),
        where + " has minimum " + group.getMinSize() + " and maximum " + group.getMaxSize());
    require(target <= group.getMaxSize(), where + " has target " + target + " above its maximum");
    for (KubernetesNode node : lab.nodes().values()) {
      String of =
          provider
              .nodeGroupForNode(
                  NodeGroupForNodeRequest.newBuilder().setNode(CaNodes.real(node)).build())
              .getNodeGroup()
              .getId();
      if (of.equals(group.getId()) && node.providerId().isPresent()) {
        require(
            ids.contains(node.providerId().get()),
            where + " knows no instance " + node.providerId().get() + " of node " + node.name());
      }
    }
  }

  private void require(boolean holds, String words) {
    if (!holds) {
      throw new AssertionError(Script.time(lab.now()) + " " + words);
    }
  }
}
