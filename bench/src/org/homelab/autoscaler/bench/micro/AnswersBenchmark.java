package org.homelab.autoscaler.bench.micro;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import com.google.protobuf.Message;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.testing.Racks;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What answering each read of the Cluster Autoscaler costs, without the wire. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnswersBenchmark {
  @Param({"100", "1000", "10000"})
  int machines;

  private CloudProviderService provider;
  private NodeGroupForNodeRequest[] nodes;
  private NodeGroupTargetSizeRequest[] sizes;
  private NodeGroupNodesRequest[] instances;
  private int at;

  /** Fills the fleet and writes the requests. */
  @Setup
  public void fill() {
    provider = new Racks(machines).provider(Clock.systemUTC());
    nodes =
        IntStream.range(0, machines)
            .filter(Racks::on)
            .mapToObj(i -> NodeGroupForNodeRequest.newBuilder().setNode(Racks.external(i)).build())
            .toArray(NodeGroupForNodeRequest[]::new);
    int groups = machines / Racks.IN_A_GROUP;
    sizes =
        IntStream.range(0, groups)
            .mapToObj(i -> NodeGroupTargetSizeRequest.newBuilder().setId(Racks.group(i)).build())
            .toArray(NodeGroupTargetSizeRequest[]::new);
    instances =
        IntStream.range(0, groups)
            .mapToObj(i -> NodeGroupNodesRequest.newBuilder().setId(Racks.group(i)).build())
            .toArray(NodeGroupNodesRequest[]::new);
  }

  @Benchmark
  public Message nodeGroupForNode() {
    return provider.nodeGroupForNode(nodes[at++ % nodes.length]);
  }

  @Benchmark
  public Message targetSize() {
    return provider.nodeGroupTargetSize(sizes[at++ % sizes.length]);
  }

  @Benchmark
  public Message nodes() {
    return provider.nodeGroupNodes(instances[at++ % instances.length]);
  }

  @Benchmark
  public Message nodeGroups() {
    return provider.nodeGroups(NodeGroupsRequest.getDefaultInstance());
  }
}
