package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import java.util.Optional;
import java.util.function.Function;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;

/**
 * Tells which group a Kubernetes node belongs to: that of its machine, as long as the machine is an
 * instance of the group. A stale Kubernetes node of a machine that is off, and a machine that is
 * off limits, belong to none, so that CA neither counts nor touches them.
 */
final class NodeGroupForNode {
  private final Fleet fleet;
  private final Function<GroupSnapshot, GroupView> view;

  NodeGroupForNode(Fleet fleet, Function<GroupSnapshot, GroupView> view) {
    this.fleet = fleet;
    this.view = view;
  }

  NodeGroup of(ExternalGrpcNode node) {
    Optional<GroupView> templated = TemplateId.group(node.getProviderID()).flatMap(this::byId);
    return templated.or(() -> ofMachine(node)).map(NodeGroups::describe).orElse(NodeGroups.NONE);
  }

  private Optional<GroupView> byId(String id) {
    return fleet.group(id).map(view);
  }

  private Optional<GroupView> ofMachine(ExternalGrpcNode node) {
    return Identity.machine(fleet, node)
        .flatMap(
            machine ->
                machine
                    .group()
                    .flatMap(fleet::group)
                    .map(view)
                    .filter(
                        group ->
                            group
                                .member(machine.key())
                                .filter(member -> member.standing().listed())
                                .isPresent()));
  }
}
