package org.homelab.autoscaler.bench;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc.CloudProviderBlockingStub;
import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Calls as the Cluster Autoscaler's loop makes them, one after the other on one connection. */
final class CaLoop implements AutoCloseable {
  private final ManagedChannel channel;
  private final List<ExternalGrpcNode> nodes;
  private final List<String> groups;

  CaLoop(int port, List<ExternalGrpcNode> nodes, List<String> groups) {
    this.channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    this.nodes = nodes;
    this.groups = groups;
  }

  private CloudProviderBlockingStub stub() {
    return CloudProviderGrpc.newBlockingStub(channel).withWaitForReady();
  }

  /** One whole loop; gives how long it took, in nanoseconds. */
  long loop() {
    CloudProviderBlockingStub stub = stub();
    long start = System.nanoTime();
    var unused = stub.refresh(RefreshRequest.getDefaultInstance());
    List<NodeGroup> all =
        stub.nodeGroups(NodeGroupsRequest.getDefaultInstance()).getNodeGroupsList();
    for (ExternalGrpcNode node : nodes) {
      forNode(stub, node);
    }
    for (NodeGroup group : all) {
      for (int time = 0; time < 3; time++) {
        targetSize(stub, group.getId());
      }
      instances(stub, group.getId());
    }
    for (int i = 0; i < 2 * nodes.size(); i++) {
      options(stub, groups.get(i % groups.size()));
    }
    return System.nanoTime() - start;
  }

  private static void forNode(CloudProviderBlockingStub stub, ExternalGrpcNode node) {
    var unused = stub.nodeGroupForNode(NodeGroupForNodeRequest.newBuilder().setNode(node).build());
  }

  private static void targetSize(CloudProviderBlockingStub stub, String group) {
    var unused =
        stub.nodeGroupTargetSize(NodeGroupTargetSizeRequest.newBuilder().setId(group).build());
  }

  private static void instances(CloudProviderBlockingStub stub, String group) {
    var unused = stub.nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId(group).build());
  }

  private static void options(CloudProviderBlockingStub stub, String group) {
    try {
      var unused =
          stub.nodeGroupGetOptions(
              NodeGroupAutoscalingOptionsRequest.newBuilder()
                  .setId(group)
                  .setDefaults(NodeGroupAutoscalingOptions.getDefaultInstance())
                  .build());
    } catch (StatusRuntimeException refused) {
      if (refused.getStatus().getCode() != Status.Code.UNIMPLEMENTED) {
        throw refused;
      }
    }
  }

  /** How many calls {@link #loop} makes. */
  int callsInALoop() {
    return 2 + 3 * nodes.size() + 4 * groups.size();
  }

  /** Each read on its own; one call each time. */
  Map<String, Runnable> calls() {
    CloudProviderBlockingStub stub = stub();
    Map<String, Runnable> calls = new LinkedHashMap<>();
    int[] at = {0};
    calls.put("Refresh", () -> stub.refresh(RefreshRequest.getDefaultInstance()));
    calls.put("NodeGroups", () -> stub.nodeGroups(NodeGroupsRequest.getDefaultInstance()));
    calls.put("NodeGroupForNode", () -> forNode(stub, nodes.get(at[0]++ % nodes.size())));
    calls.put("TargetSize", () -> targetSize(stub, groups.get(at[0]++ % groups.size())));
    calls.put("Nodes", () -> instances(stub, groups.get(at[0]++ % groups.size())));
    calls.put("GetOptions", () -> options(stub, groups.get(at[0]++ % groups.size())));
    return calls;
  }

  /** How long each of so many calls took, in nanoseconds. */
  static long[] measure(Runnable call, int times) {
    long[] took = new long[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      call.run();
      took[i] = System.nanoTime() - start;
    }
    return took;
  }

  /** Calls per second with so many callers at once. */
  double throughput(int callers, int callsEach) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        int first = caller;
        work.add(
            () -> {
              CloudProviderBlockingStub stub = stub();
              for (int i = 0; i < callsEach; i++) {
                forNode(stub, nodes.get((first * callsEach + i) % nodes.size()));
              }
              return null;
            });
      }
      for (Future<Void> done : pool.invokeAll(work)) {
        done.get();
      }
      long start = System.nanoTime();
      for (Future<Void> done : pool.invokeAll(work)) {
        done.get();
      }
      return callers * (double) callsEach * 1e9 / (System.nanoTime() - start);
    } finally {
      pool.shutdownNow();
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
