package org.homelab.autoscaler.simulator;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc.CloudProviderBlockingStub;
import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.homelab.autoscaler.cloudprovider.wire.WireNode;

/** The application as the Cluster Autoscaler sees it: over TCP, each call with 5 s to answer. */
final class Provider implements AutoCloseable {
  private static final int DEADLINE_SECONDS = 5;
  private static final NodeGroupAutoscalingOptions DEFAULTS =
      NodeGroupAutoscalingOptions.newBuilder()
          .setScaleDownUtilizationThreshold(0.5)
          .setScaleDownGpuUtilizationThreshold(0.5)
          .setScaleDownUnneededDuration(Duration.newBuilder().setSeconds(600))
          .setScaleDownUnreadyDuration(Duration.newBuilder().setSeconds(1200))
          .setMaxNodeProvisionDuration(Duration.newBuilder().setSeconds(900))
          .build();

  private final ManagedChannel channel;

  Provider(String host, int port) {
    channel = ManagedChannelBuilder.forAddress(host, port).usePlaintext().build();
  }

  void refresh() {
    var unused = stub().refresh(RefreshRequest.getDefaultInstance());
  }

  List<NodeGroup> groups() {
    return stub().nodeGroups(NodeGroupsRequest.getDefaultInstance()).getNodeGroupsList();
  }

  /** The id of the node's group; empty if it has none. */
  String groupOf(Node node) {
    return stub()
        .nodeGroupForNode(NodeGroupForNodeRequest.newBuilder().setNode(wire(node)).build())
        .getNodeGroup()
        .getId();
  }

  /** What a machine of the group has room for, if the provider knows. */
  Optional<Room> template(String group) {
    try {
      var bytes =
          stub()
              .nodeGroupTemplateNodeInfo(
                  NodeGroupTemplateNodeInfoRequest.newBuilder().setId(group).build())
              .getNodeBytes();
      Map<String, Quantity> allocatable =
          WireNode.parseFrom(bytes).getStatus().getAllocatableMap().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey, entry -> new Quantity(entry.getValue().getString())));
      return Optional.of(Room.of(allocatable));
    } catch (StatusRuntimeException refused) {
      if (refused.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
        return Optional.empty();
      }
      throw refused;
    } catch (InvalidProtocolBufferException unreadable) {
      throw new IllegalStateException("the template of " + group + " is no node", unreadable);
    }
  }

  int target(String group) {
    return stub()
        .nodeGroupTargetSize(NodeGroupTargetSizeRequest.newBuilder().setId(group).build())
        .getTargetSize();
  }

  List<Instance> instances(String group) {
    return stub()
        .nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId(group).build())
        .getInstancesList();
  }

  /** Asks for the group's options; it may have none. */
  void options(String group) {
    try {
      var unused =
          stub()
              .nodeGroupGetOptions(
                  NodeGroupAutoscalingOptionsRequest.newBuilder()
                      .setId(group)
                      .setDefaults(DEFAULTS)
                      .build());
    } catch (StatusRuntimeException refused) {
      if (refused.getStatus().getCode() != Status.Code.UNIMPLEMENTED) {
        throw refused;
      }
    }
  }

  void increase(String group, int delta) {
    var unused =
        stub()
            .nodeGroupIncreaseSize(
                NodeGroupIncreaseSizeRequest.newBuilder().setId(group).setDelta(delta).build());
  }

  /** Gives a machine back whose Kubernetes node is there. */
  void delete(String group, Node node) {
    delete(group, wire(node));
  }

  /** Gives a machine back that could not be had, under the name that the real one invents. */
  void deleteFailed(String group, String instance) {
    delete(
        group,
        ExternalGrpcNode.newBuilder()
            .setName(instance)
            .setProviderID(instance)
            .putAnnotations("k8s.io/cluster-autoscaler/fake-node-reason", "create-error")
            .build());
  }

  private void delete(String group, ExternalGrpcNode node) {
    var unused =
        stub()
            .nodeGroupDeleteNodes(
                NodeGroupDeleteNodesRequest.newBuilder().setId(group).addNodes(node).build());
  }

  private CloudProviderBlockingStub stub() {
    return CloudProviderGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static ExternalGrpcNode wire(Node node) {
    return ExternalGrpcNode.newBuilder()
        .setName(Nodes.name(node))
        .setProviderID(Nodes.providerId(node))
        .putAllLabels(node.getMetadata().getLabels())
        .putAllAnnotations(node.getMetadata().getAnnotations())
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
