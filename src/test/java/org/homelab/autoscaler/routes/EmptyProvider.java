package org.homelab.autoscaler.routes;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingPodPriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingPodPriceResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers every call with the empty reply of its kind, or as told, and remembers the calls. */
public final class EmptyProvider {
  final List<String> calls = new CopyOnWriteArrayList<>();
  volatile Optional<RuntimeException> refusal = Optional.empty();

  public NodeGroupsResponse nodeGroups(NodeGroupsRequest request) {
    return answer("NodeGroups", NodeGroupsResponse.getDefaultInstance());
  }

  public NodeGroupForNodeResponse nodeGroupForNode(NodeGroupForNodeRequest request) {
    return answer("NodeGroupForNode", NodeGroupForNodeResponse.getDefaultInstance());
  }

  public PricingNodePriceResponse pricingNodePrice(PricingNodePriceRequest request) {
    return answer("PricingNodePrice", PricingNodePriceResponse.getDefaultInstance());
  }

  public PricingPodPriceResponse pricingPodPrice(PricingPodPriceRequest request) {
    return answer("PricingPodPrice", PricingPodPriceResponse.getDefaultInstance());
  }

  public GPULabelResponse gPULabel(GPULabelRequest request) {
    return answer("GPULabel", GPULabelResponse.getDefaultInstance());
  }

  public GetAvailableGPUTypesResponse getAvailableGPUTypes(GetAvailableGPUTypesRequest request) {
    return answer("GetAvailableGPUTypes", GetAvailableGPUTypesResponse.getDefaultInstance());
  }

  public CleanupResponse cleanup(CleanupRequest request) {
    return answer("Cleanup", CleanupResponse.getDefaultInstance());
  }

  public RefreshResponse refresh(RefreshRequest request) {
    return answer("Refresh", RefreshResponse.getDefaultInstance());
  }

  public NodeGroupTargetSizeResponse nodeGroupTargetSize(NodeGroupTargetSizeRequest request) {
    return answer("NodeGroupTargetSize", NodeGroupTargetSizeResponse.getDefaultInstance());
  }

  public NodeGroupIncreaseSizeResponse nodeGroupIncreaseSize(NodeGroupIncreaseSizeRequest request) {
    return answer("NodeGroupIncreaseSize", NodeGroupIncreaseSizeResponse.getDefaultInstance());
  }

  public NodeGroupDeleteNodesResponse nodeGroupDeleteNodes(NodeGroupDeleteNodesRequest request) {
    return answer("NodeGroupDeleteNodes", NodeGroupDeleteNodesResponse.getDefaultInstance());
  }

  public NodeGroupDecreaseTargetSizeResponse nodeGroupDecreaseTargetSize(
      NodeGroupDecreaseTargetSizeRequest request) {
    return answer(
        "NodeGroupDecreaseTargetSize", NodeGroupDecreaseTargetSizeResponse.getDefaultInstance());
  }

  public NodeGroupNodesResponse nodeGroupNodes(NodeGroupNodesRequest request) {
    return answer("NodeGroupNodes", NodeGroupNodesResponse.getDefaultInstance());
  }

  public NodeGroupTemplateNodeInfoResponse nodeGroupTemplateNodeInfo(
      NodeGroupTemplateNodeInfoRequest request) {
    return answer(
        "NodeGroupTemplateNodeInfo", NodeGroupTemplateNodeInfoResponse.getDefaultInstance());
  }

  public NodeGroupAutoscalingOptionsResponse nodeGroupGetOptions(
      NodeGroupAutoscalingOptionsRequest request) {
    return answer("NodeGroupGetOptions", NodeGroupAutoscalingOptionsResponse.getDefaultInstance());
  }

  private <T> T answer(String call, T reply) {
    calls.add(call);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    return reply;
  }
}
