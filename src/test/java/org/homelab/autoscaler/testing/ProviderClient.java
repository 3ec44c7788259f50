package org.homelab.autoscaler.testing;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc.CloudProviderBlockingStub;
import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import io.fabric8.kubernetes.api.model.Node;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the Cluster Autoscaler sends, over a real TCP port and with its deadline of five seconds. A
 * call waits for a server that is just starting.
 */
public final class ProviderClient implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final ManagedChannel channel;

  /** A client of a plaintext port on 127.0.0.1. */
  public ProviderClient(int port) {
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /**
   * Who the Cluster Autoscaler is and whom it trusts, as its cloud-config says.
   *
   * @param host the host of its {@code address}, which our certificate must name
   */
  public record Identity(String host, Path certificate, Path key, Path trusted) {}

  /** A client of a port on 127.0.0.1 that wants mutual TLS. */
  public ProviderClient(int port, Identity identity) {
    try {
      ChannelCredentials credentials =
          TlsChannelCredentials.newBuilder()
              .keyManager(identity.certificate().toFile(), identity.key().toFile())
              .trustManager(identity.trusted().toFile())
              .build();
      channel =
          Grpc.newChannelBuilderForAddress("127.0.0.1", port, credentials)
              .overrideAuthority(identity.host())
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The stub itself, for what has no method here. */
  public CloudProviderBlockingStub stub() {
    channel.resetConnectBackoff();
    return CloudProviderGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(DEADLINE);
  }

  /** Begins a loop. */
  public void refresh() {
    stub().refresh(RefreshRequest.getDefaultInstance());
  }

  /** All groups. */
  public List<NodeGroup> groups() {
    return stub().nodeGroups(NodeGroupsRequest.getDefaultInstance()).getNodeGroupsList();
  }

  /** Id of the group that a Kubernetes node belongs to, empty for none. */
  public String groupFor(ExternalGrpcNode node) {
    return stub()
        .nodeGroupForNode(NodeGroupForNodeRequest.newBuilder().setNode(node).build())
        .getNodeGroup()
        .getId();
  }

  /** Target size of a group. */
  public int targetSize(String group) {
    return stub()
        .nodeGroupTargetSize(NodeGroupTargetSizeRequest.newBuilder().setId(group).build())
        .getTargetSize();
  }

  /** Instances of a group. */
  public List<Instance> instances(String group) {
    return stub()
        .nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId(group).build())
        .getInstancesList();
  }

  /** Asks for more machines. */
  public void increase(String group, int delta) {
    stub()
        .nodeGroupIncreaseSize(
            NodeGroupIncreaseSizeRequest.newBuilder().setId(group).setDelta(delta).build());
  }

  /** Gives up machines that were asked for; the delta is negative. */
  public void decrease(String group, int delta) {
    stub()
        .nodeGroupDecreaseTargetSize(
            NodeGroupDecreaseTargetSizeRequest.newBuilder().setId(group).setDelta(delta).build());
  }

  /** Takes machines away. */
  public void delete(String group, ExternalGrpcNode... nodes) {
    stub()
        .nodeGroupDeleteNodes(
            NodeGroupDeleteNodesRequest.newBuilder()
                .setId(group)
                .addAllNodes(Stream.of(nodes).toList())
                .build());
  }

  /** What a new Kubernetes node of a group would look like. */
  public NodeGroupTemplateNodeInfoResponse template(String group) {
    return stub()
        .nodeGroupTemplateNodeInfo(
            NodeGroupTemplateNodeInfoRequest.newBuilder().setId(group).build());
  }

  /** Options of a group. */
  public NodeGroupAutoscalingOptionsResponse options(NodeGroupAutoscalingOptionsRequest request) {
    return stub().nodeGroupGetOptions(request);
  }

  /** A Kubernetes node as the Cluster Autoscaler tells of it. */
  public static ExternalGrpcNode real(Node node) {
    Map<String, String> labels =
        Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
    return ExternalGrpcNode.newBuilder()
        .setName(node.getMetadata().getName())
        .setProviderID(Optional.ofNullable(node.getSpec().getProviderID()).orElse(""))
        .putAllLabels(labels)
        .putAllAnnotations(
            Optional.ofNullable(node.getMetadata().getAnnotations()).orElse(Map.of()))
        .build();
  }

  /**
   * The stand-in for an instance without a Kubernetes node.
   *
   * @param reason {@code unregistered} or {@code create-error}
   */
  public static ExternalGrpcNode fake(String instanceId, String reason) {
    return ExternalGrpcNode.newBuilder()
        .setName(instanceId)
        .setProviderID(instanceId)
        .putAnnotations("k8s.io/cluster-autoscaler/fake-node-reason", reason)
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
