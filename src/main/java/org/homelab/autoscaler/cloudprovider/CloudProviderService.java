package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
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
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.trace.Traces;

/**
 * The Cluster Autoscaler's cloud provider: one method per RPC. A read is answered from the last
 * snapshot and touches nothing; an order is committed before it is answered, and power follows.
 * Refusals are {@link ProviderException}s. Safe for use by many threads.
 */
public final class CloudProviderService {
  /** Names of the calls whose answers lie ready: they take less time than a change of threads. */
  public static final Set<String> LOOK_UPS =
      Set.of(
          "Refresh",
          "NodeGroups",
          "NodeGroupForNode",
          "NodeGroupTargetSize",
          "NodeGroupNodes",
          "NodeGroupTemplateNodeInfo",
          "NodeGroupGetOptions",
          "GPULabel");

  private final Fleet fleet;
  private final Clock clock;
  private final PerGroup<GroupReplies> replies;
  private final EveryGroup everyGroup;
  private final NodeGroupForNode ofNode;
  private final Prices prices;
  private final ProviderSettings settings;
  private final BooleanSupplier synced;
  private final BooleanSupplier watching;
  private final GroupOrders orders;

  /**
   * A provider.
   *
   * @param synced whether everything has been seen once; until then every call is UNAVAILABLE
   * @param watching whether changes are being seen now; if not, Refresh alone is UNAVAILABLE, which
   *     makes CA wait rather than act on what may be old
   */
  public CloudProviderService(
      Fleet fleet,
      Intents intents,
      Clock clock,
      ProviderSettings settings,
      BooleanSupplier synced,
      BooleanSupplier watching) {
    this(fleet, intents, clock, settings, synced, watching, Traces.OFF);
  }

  /**
   * A provider.
   *
   * @param synced whether everything has been seen once; until then every call is UNAVAILABLE
   * @param watching whether changes are being seen now; if not, Refresh alone is UNAVAILABLE, which
   *     makes CA wait rather than act on what may be old
   * @param traces is told of orders
   */
  public CloudProviderService(
      Fleet fleet,
      Intents intents,
      Clock clock,
      ProviderSettings settings,
      BooleanSupplier synced,
      BooleanSupplier watching,
      Traces traces) {
    this.fleet = fleet;
    this.clock = clock;
    this.replies =
        new PerGroup<>(
            (group, now) -> new GroupReplies(GroupView.of(group, settings.power(), now)), clock);
    this.everyGroup = new EveryGroup(fleet, replies, clock);
    this.ofNode = new NodeGroupForNode(fleet, replies::of);
    this.prices = new Prices(fleet, group -> replies.of(group).view(), settings.prices(), clock);
    this.settings = settings;
    this.synced = synced;
    this.watching = watching;
    this.orders = new GroupOrders(intents, settings.patience(), clock, traces);
  }

  /** Every group. */
  public NodeGroupsResponse nodeGroups(NodeGroupsRequest request) {
    requireSync();
    return everyGroup.get();
  }

  /** The group of a Kubernetes node; an empty id for one that is none of ours. */
  public NodeGroupForNodeResponse nodeGroupForNode(NodeGroupForNodeRequest request) {
    requireSync();
    require(request.hasNode(), "node");
    return ofNode.of(request.getNode());
  }

  /** The price of a Kubernetes node over a period. */
  public PricingNodePriceResponse pricingNodePrice(PricingNodePriceRequest request) {
    requireSync();
    require(request.hasNode(), "node");
    Duration period = Period.of(request);
    double price = prices.node(request.getNode(), period);
    return PricingNodePriceResponse.newBuilder().setPrice(price).build();
  }

  /** The price of a pod over a period. */
  public PricingPodPriceResponse pricingPodPrice(PricingPodPriceRequest request) {
    requireSync();
    Duration period = Period.of(request);
    ByteString pod = request.getPodBytes().isEmpty() ? request.getPod() : request.getPodBytes();
    double price = prices.pod(PodRequests.of(pod), period);
    return PricingPodPriceResponse.newBuilder().setPrice(price).build();
  }

  /** The label that marks Kubernetes nodes with a GPU. */
  public GPULabelResponse gPULabel(GPULabelRequest request) {
    requireSync();
    return GPULabelResponse.newBuilder().setLabel(settings.gpuLabel()).build();
  }

  /** The GPU types there are. */
  public GetAvailableGPUTypesResponse getAvailableGPUTypes(GetAvailableGPUTypesRequest request) {
    requireSync();
    GetAvailableGPUTypesResponse.Builder reply = GetAvailableGPUTypesResponse.newBuilder();
    Gpus.types(fleet, settings.gpuLabel())
        .forEach(type -> reply.putGpuTypes(type, Any.getDefaultInstance()));
    return reply.build();
  }

  /** Nothing: CA stops, the machines stay as they are. */
  public CleanupResponse cleanup(CleanupRequest request) {
    requireSync();
    return CleanupResponse.getDefaultInstance();
  }

  /** Nothing, unless what we know may be old. */
  public RefreshResponse refresh(RefreshRequest request) {
    requireSync();
    if (!watching.getAsBoolean()) {
      throw new ProviderException.Unavailable(
          "the Kubernetes API cannot be watched now; see the log and the readiness page");
    }
    return RefreshResponse.getDefaultInstance();
  }

  /** How many machines of the group are asked for. */
  public NodeGroupTargetSizeResponse nodeGroupTargetSize(NodeGroupTargetSizeRequest request) {
    return replies(request.getId()).target();
  }

  /** Asks for exactly that many more machines, or refuses. */
  public NodeGroupIncreaseSizeResponse nodeGroupIncreaseSize(NodeGroupIncreaseSizeRequest request) {
    String id = request.getId();
    orders.carryOut(
        "IncreaseSize", () -> group(id), group -> IncreaseSize.plan(group, request.getDelta()));
    return NodeGroupIncreaseSizeResponse.getDefaultInstance();
  }

  /** Gives these machines up, or refuses; repeating it changes nothing. */
  public NodeGroupDeleteNodesResponse nodeGroupDeleteNodes(NodeGroupDeleteNodesRequest request) {
    String id = request.getId();
    List<ExternalGrpcNode> nodes = request.getNodesList();
    orders.carryOut(
        "DeleteNodes",
        () -> group(id),
        group -> new DeleteNodes(fleet, group, settings.power().protectedNodes()).plan(nodes));
    return NodeGroupDeleteNodesResponse.getDefaultInstance();
  }

  /** Gives up that many machines that have not begun to come, or refuses. */
  public NodeGroupDecreaseTargetSizeResponse nodeGroupDecreaseTargetSize(
      NodeGroupDecreaseTargetSizeRequest request) {
    String id = request.getId();
    orders.carryOut(
        "DecreaseTargetSize",
        () -> group(id),
        group -> DecreaseTargetSize.plan(group, request.getDelta()));
    return NodeGroupDecreaseTargetSizeResponse.getDefaultInstance();
  }

  /** The machines of the group that CA is to know of. */
  public NodeGroupNodesResponse nodeGroupNodes(NodeGroupNodesRequest request) {
    return replies(request.getId()).nodes();
  }

  /** What the next Kubernetes node of the group would look like, for CAs old and new. */
  public NodeGroupTemplateNodeInfoResponse nodeGroupTemplateNodeInfo(
      NodeGroupTemplateNodeInfoRequest request) {
    return replies(request.getId()).template();
  }

  /** The options that the group overrides. */
  public NodeGroupAutoscalingOptionsResponse nodeGroupGetOptions(
      NodeGroupAutoscalingOptionsRequest request) {
    GroupSnapshot group = snapshot(request.getId());
    NodeGroupAutoscalingOptions defaults =
        request.hasDefaults() ? request.getDefaults() : GroupOptions.CA_DEFAULTS;
    return NodeGroupAutoscalingOptionsResponse.newBuilder()
        .setNodeGroupAutoscalingOptions(
            GroupOptions.of(group, () -> replies.of(group).view(), defaults))
        .build();
  }

  private GroupReplies replies(String id) {
    return replies.of(snapshot(id));
  }

  /** Of what an order is planned from, nothing is kept. */
  private GroupView group(String id) {
    return GroupView.of(snapshot(id), settings.power(), clock.instant());
  }

  private GroupSnapshot snapshot(String id) {
    requireSync();
    require(!id.isEmpty(), "id");
    return fleet.group(id).orElseThrow(() -> new ProviderException.NotFound("no group " + id));
  }

  private void requireSync() {
    if (!synced.getAsBoolean()) {
      throw new ProviderException.Unavailable(
          "still reading the cluster; ask again in a few seconds");
    }
  }

  private static void require(boolean present, String field) {
    if (!present) {
      throw new ProviderException.InvalidArgument("the request has no " + field);
    }
  }
}
