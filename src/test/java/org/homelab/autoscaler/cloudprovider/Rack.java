package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.camel.FakeClock;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.PowerTimeouts;

/** A homelab in memory with the cloud provider before it, and the words that tests speak. */
final class Rack {
  static final String GROUP = "rack";

  final FakeClock clock = new FakeClock();
  final Fleet fleet = new Fleet(ObjectKey::name);
  final FleetIntents intents = new FleetIntents(fleet);
  final CloudProviderService provider = provider(intents);

  boolean synced = true;
  boolean watching = true;

  /** Another replica's provider, which sees the same fleet. */
  CloudProviderService provider(Intents writer) {
    return new CloudProviderService(
        fleet, writer, clock, ProviderSettings.STANDARD, () -> synced, () -> watching);
  }

  Instant now() {
    return clock.instant();
  }

  /** The group of most tests: no minimum, and as many machines as there are. */
  static Rack standard() {
    return new Rack().group(GROUP, 0, OptionalInt.empty());
  }

  Rack group(String name, int minSize, OptionalInt maxSize) {
    return group(name, minSize, maxSize, GroupPolicy.Options.NONE);
  }

  Rack group(String name, int minSize, OptionalInt maxSize, GroupPolicy.Options options) {
    return group(
        name,
        new GroupPolicy(minSize, maxSize, Map.of(), PowerTimeouts.NONE, DrainPolicy.FAIL, options));
  }

  Rack group(String name, GroupPolicy policy) {
    var key = new ObjectKey("lab", name);
    fleet.apply(
        new DeclaredGroup(key, "uid-" + name, 1, "1", false, true, Optional.empty(), policy));
    return this;
  }

  Rack machine(DeclaredBuilder node) {
    fleet.apply(node.build());
    return this;
  }

  Rack node(KubernetesNodeBuilder node) {
    fleet.apply(node.build());
    return this;
  }

  /** A machine of the rack. */
  static DeclaredBuilder declared(String name) {
    return DeclaredBuilder.declared(name).group(GROUP);
  }

  Rack off(String... names) {
    for (String name : names) {
      machine(declared(name).status(Statuses.OFF));
    }
    return this;
  }

  /** Machines at work. */
  Rack ready(String... names) {
    for (String name : names) {
      node(KubernetesNodeBuilder.node(name));
      machine(declared(name).desired(PowerState.ON).status(Statuses.READY));
    }
    return this;
  }

  /** Machines asked for that nobody has looked at since. */
  Rack queued(String... names) {
    for (String name : names) {
      machine(declared(name).desired(PowerState.ON).status(Statuses.OFF));
    }
    return this;
  }

  Rack booting(String... names) {
    for (String name : names) {
      machine(declared(name).desired(PowerState.ON).status(Statuses.booting(now())));
    }
    return this;
  }

  Rack bootFailed(String... names) {
    for (String name : names) {
      machine(declared(name).desired(PowerState.ON).status(Statuses.bootFailed(now(), 1)));
    }
    return this;
  }

  /** Machines on their way out. */
  Rack leaving(String... names) {
    for (String name : names) {
      node(KubernetesNodeBuilder.node(name));
      machine(declared(name).desired(PowerState.OFF).status(Statuses.draining(now())));
    }
    return this;
  }

  List<NodeGroup> groups() {
    return provider.nodeGroups(NodeGroupsRequest.getDefaultInstance()).getNodeGroupsList();
  }

  NodeGroup group() {
    return groups().stream().filter(group -> group.getId().equals(GROUP)).findFirst().orElseThrow();
  }

  int target() {
    return provider
        .nodeGroupTargetSize(NodeGroupTargetSizeRequest.newBuilder().setId(GROUP).build())
        .getTargetSize();
  }

  List<Instance> instances() {
    return provider
        .nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId(GROUP).build())
        .getInstancesList();
  }

  /** Instance id to state. */
  Map<String, InstanceState> states() {
    return instances().stream()
        .collect(Collectors.toMap(Instance::getId, each -> each.getStatus().getInstanceState()));
  }

  NodeGroup groupOf(ExternalGrpcNode node) {
    return provider
        .nodeGroupForNode(NodeGroupForNodeRequest.newBuilder().setNode(node).build())
        .getNodeGroup();
  }

  void increase(int delta) {
    provider.nodeGroupIncreaseSize(
        NodeGroupIncreaseSizeRequest.newBuilder().setId(GROUP).setDelta(delta).build());
  }

  void decrease(int delta) {
    provider.nodeGroupDecreaseTargetSize(
        NodeGroupDecreaseTargetSizeRequest.newBuilder().setId(GROUP).setDelta(delta).build());
  }

  void delete(ExternalGrpcNode... nodes) {
    provider.nodeGroupDeleteNodes(
        NodeGroupDeleteNodesRequest.newBuilder().setId(GROUP).addAllNodes(List.of(nodes)).build());
  }

  static ExternalGrpcNode node(String name) {
    return node(name, "homelab://" + name);
  }

  static ExternalGrpcNode node(String name, String providerId) {
    return ExternalGrpcNode.newBuilder().setName(name).setProviderID(providerId).build();
  }

  /** What CA makes up for an instance without a Kubernetes node. */
  static ExternalGrpcNode fake(String id, String reason) {
    return node(id, id).toBuilder()
        .putAnnotations("k8s.io/cluster-autoscaler/fake-node-reason", reason)
        .build();
  }
}
