package org.homelab.autoscaler.scenario;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.cloudprovider.ProviderException;

/**
 * CA's client of an external provider, with what it caches until the next Refresh. Every call must
 * keep to its budget, questions write nothing and an order at most what it names, and leave a fleet
 * that does not contradict itself.
 */
final class CaPort {
  /** A call was answered with an error. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient ProviderException.Code code;

    Failed(ProviderException refused) {
      super(refused.getMessage());
      this.code = refused.code();
    }
  }

  private final Operator operator;
  private final Invariant invariant;
  private final Map<String, NodeGroup> groupOfNode = new HashMap<>();
  private Optional<List<NodeGroup>> groups = Optional.empty();

  CaPort(Operator operator, Invariant invariant) {
    this.operator = operator;
    this.invariant = invariant;
  }

  private <T> T call(String rpc, int budget, Function<CloudProviderService, T> call) {
    int before = operator.written() + operator.writes();
    try {
      return operator.answer(call);
    } catch (ProviderException refused) {
      throw new Failed(refused);
    } finally {
      int written = operator.written() + operator.writes() - before;
      if (written > budget) {
        throw new AssertionError(rpc + " wrote " + written + " times, budget " + budget);
      }
      if (budget > 0) {
        invariant.check("after " + rpc);
      }
    }
  }

  void refresh() {
    groups = Optional.empty();
    groupOfNode.clear();
    call("Refresh", 0, provider -> provider.refresh(RefreshRequest.getDefaultInstance()));
  }

  /** An error is an empty list, and is not cached. */
  List<NodeGroup> groups() {
    if (groups.isEmpty()) {
      try {
        groups =
            Optional.of(
                call(
                    "NodeGroups",
                    0,
                    provider ->
                        provider
                            .nodeGroups(NodeGroupsRequest.getDefaultInstance())
                            .getNodeGroupsList()));
      } catch (Failed failed) {
        return List.of();
      }
    }
    return groups.get();
  }

  /** Only a group is cached, not that there is none. */
  Optional<NodeGroup> groupFor(ExternalGrpcNode node) {
    String key = node.getName() + node.getProviderID();
    if (!groupOfNode.containsKey(key)) {
      NodeGroup group =
          call(
              "NodeGroupForNode",
              0,
              provider ->
                  provider
                      .nodeGroupForNode(NodeGroupForNodeRequest.newBuilder().setNode(node).build())
                      .getNodeGroup());
      if (group.getId().isEmpty()) {
        return Optional.empty();
      }
      groupOfNode.put(key, group);
    }
    return Optional.of(groupOfNode.get(key));
  }

  int targetSize(String id) {
    return call(
        "NodeGroupTargetSize",
        0,
        provider ->
            provider
                .nodeGroupTargetSize(NodeGroupTargetSizeRequest.newBuilder().setId(id).build())
                .getTargetSize());
  }

  List<Instance> instances(String id) {
    return call(
        "NodeGroupNodes",
        0,
        provider ->
            provider
                .nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId(id).build())
                .getInstancesList());
  }

  /** Nothing where the provider leaves them to CA's flags. */
  Optional<NodeGroupAutoscalingOptions> options(String id) {
    try {
      return Optional.of(
          call(
              "NodeGroupGetOptions",
              0,
              provider ->
                  provider
                      .nodeGroupGetOptions(
                          NodeGroupAutoscalingOptionsRequest.newBuilder().setId(id).build())
                      .getNodeGroupAutoscalingOptions()));
    } catch (Failed failed) {
      return unimplemented(failed);
    }
  }

  boolean hasTemplate(String id) {
    try {
      var reply =
          call(
              "NodeGroupTemplateNodeInfo",
              0,
              provider ->
                  provider.nodeGroupTemplateNodeInfo(
                      NodeGroupTemplateNodeInfoRequest.newBuilder().setId(id).build()));
      if (reply.getNodeBytes().isEmpty()) {
        throw new AssertionError("a template without a node makes CA crash");
      }
      return true;
    } catch (Failed failed) {
      return unimplemented(failed).isPresent();
    }
  }

  private static <T> Optional<T> unimplemented(Failed failed) {
    if (failed.code == ProviderException.Code.UNIMPLEMENTED) {
      return Optional.empty();
    }
    throw failed;
  }

  void increase(String id, int delta) {
    var request = NodeGroupIncreaseSizeRequest.newBuilder().setId(id).setDelta(delta).build();
    call("NodeGroupIncreaseSize", delta, provider -> provider.nodeGroupIncreaseSize(request));
  }

  void decrease(String id, int delta) {
    var request = NodeGroupDecreaseTargetSizeRequest.newBuilder().setId(id).setDelta(delta).build();
    call(
        "NodeGroupDecreaseTargetSize",
        -delta,
        provider -> provider.nodeGroupDecreaseTargetSize(request));
  }

  void delete(String id, List<ExternalGrpcNode> nodes) {
    var request = NodeGroupDeleteNodesRequest.newBuilder().setId(id).addAllNodes(nodes).build();
    call("NodeGroupDeleteNodes", nodes.size(), provider -> provider.nodeGroupDeleteNodes(request));
  }
}
