package org.homelab.autoscaler.bench;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;

/**
 * The least that a server can do: a bare grpc-java server that gives the same messages as ours from
 * constants, for as many groups. What ours takes beyond this is ours.
 */
public final class Floor extends CloudProviderGrpc.CloudProviderImplBase {
  private final NodeGroupsResponse groups;
  private final NodeGroupForNodeResponse group;
  private final NodeGroupNodesResponse nodes;

  private Floor(int count, int inAGroup) {
    var all = NodeGroupsResponse.newBuilder();
    for (int i = 0; i < count; i++) {
      all.addNodeGroups(describe(World.group(i), inAGroup));
    }
    groups = all.build();
    group =
        NodeGroupForNodeResponse.newBuilder().setNodeGroup(describe(World.group(0), inAGroup)).build();
    var instances = NodeGroupNodesResponse.newBuilder();
    for (int i = 0; i < inAGroup / 2; i++) {
      instances.addInstances(
          Instance.newBuilder()
              .setId("homelab://" + World.machine(i))
              .setStatus(
                  InstanceStatus.newBuilder()
                      .setInstanceState(InstanceStatus.InstanceState.instanceRunning)));
    }
    nodes = instances.build();
  }

  private static NodeGroup describe(String id, int most) {
    return NodeGroup.newBuilder()
        .setId(id)
        .setMaxSize(most)
        .setDebug("%s: target %d of 0 to %d, machines %d".formatted(id, most / 2, most, most))
        .build();
  }

  /** Serves on that port until killed: port, number of groups, machines in a group. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    var floor = new Floor(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
            .addService(floor)
            .build()
            .start();
    server.awaitTermination();
  }

  private static <T> void answer(StreamObserver<T> caller, T reply) {
    caller.onNext(reply);
    caller.onCompleted();
  }

  @Override
  public void refresh(RefreshRequest request, StreamObserver<RefreshResponse> caller) {
    answer(caller, RefreshResponse.getDefaultInstance());
  }

  @Override
  public void nodeGroups(NodeGroupsRequest request, StreamObserver<NodeGroupsResponse> caller) {
    answer(caller, groups);
  }

  @Override
  public void nodeGroupForNode(
      NodeGroupForNodeRequest request, StreamObserver<NodeGroupForNodeResponse> caller) {
    answer(caller, group);
  }

  @Override
  public void nodeGroupTargetSize(
      NodeGroupTargetSizeRequest request, StreamObserver<NodeGroupTargetSizeResponse> caller) {
    answer(caller, NodeGroupTargetSizeResponse.newBuilder().setTargetSize(10).build());
  }

  @Override
  public void nodeGroupNodes(
      NodeGroupNodesRequest request, StreamObserver<NodeGroupNodesResponse> caller) {
    answer(caller, nodes);
  }

  @Override
  public void nodeGroupGetOptions(
      NodeGroupAutoscalingOptionsRequest request,
      StreamObserver<NodeGroupAutoscalingOptionsResponse> caller) {
    caller.onError(Status.UNIMPLEMENTED.asRuntimeException());
  }
}
