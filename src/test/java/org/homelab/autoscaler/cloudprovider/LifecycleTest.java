package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingPodPriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private static List<ThrowingCallable> everyCall(CloudProviderService provider) {
    return List.of(
        () -> provider.nodeGroups(NodeGroupsRequest.getDefaultInstance()),
        () -> provider.nodeGroupForNode(NodeGroupForNodeRequest.getDefaultInstance()),
        () -> provider.pricingNodePrice(PricingNodePriceRequest.getDefaultInstance()),
        () -> provider.pricingPodPrice(PricingPodPriceRequest.getDefaultInstance()),
        () -> provider.gPULabel(GPULabelRequest.getDefaultInstance()),
        () -> provider.getAvailableGPUTypes(GetAvailableGPUTypesRequest.getDefaultInstance()),
        () -> provider.cleanup(CleanupRequest.getDefaultInstance()),
        () -> provider.refresh(RefreshRequest.getDefaultInstance()),
        () -> provider.nodeGroupTargetSize(NodeGroupTargetSizeRequest.getDefaultInstance()),
        () -> provider.nodeGroupIncreaseSize(NodeGroupIncreaseSizeRequest.getDefaultInstance()),
        () -> provider.nodeGroupDeleteNodes(NodeGroupDeleteNodesRequest.getDefaultInstance()),
        () ->
            provider.nodeGroupDecreaseTargetSize(
                NodeGroupDecreaseTargetSizeRequest.getDefaultInstance()),
        () -> provider.nodeGroupNodes(NodeGroupNodesRequest.getDefaultInstance()),
        () ->
            provider.nodeGroupTemplateNodeInfo(
                NodeGroupTemplateNodeInfoRequest.getDefaultInstance()),
        () ->
            provider.nodeGroupGetOptions(NodeGroupAutoscalingOptionsRequest.getDefaultInstance()));
  }

  private static void refresh(Rack rack) {
    rack.provider.refresh(RefreshRequest.getDefaultInstance());
  }

  @Test
  void before_the_first_sync_every_call_is_unavailable() {
    Rack rack = Rack.standard().ready("m1");
    rack.synced = false;
    assertThat(everyCall(rack.provider)).hasSize(15);
    everyCall(rack.provider).forEach(call -> Refused.with(Code.UNAVAILABLE, call));
  }

  @Test
  void c120_refresh_changes_nothing_however_often_it_comes() {
    Rack rack = Rack.standard().ready("m1").off("m2");
    long version = rack.fleet.group(Rack.GROUP).orElseThrow().version();
    for (int i = 0; i < 1000; i++) {
      refresh(rack);
    }
    assertThat(rack.fleet.group(Rack.GROUP).orElseThrow().version()).isEqualTo(version);
    assertThat(rack.intents.written).isEmpty();
  }

  @Test
  void c121_while_nothing_can_be_watched_refresh_fails_and_the_rest_serves_what_is_known() {
    Rack rack = Rack.standard().ready("m1").off("m2");
    rack.watching = false;
    Refused.with(Code.UNAVAILABLE, () -> refresh(rack));
    assertThat(rack.target()).isOne();
    assertThat(rack.instances()).hasSize(1);
    assertThat(rack.groups()).hasSize(1);
    assertThat(rack.groupOf(Rack.node("m1")).getId()).isEqualTo(Rack.GROUP);
    rack.watching = true;
    refresh(rack);
  }

  @Test
  void c122_cleanup_switches_nothing_and_the_provider_goes_on() {
    Rack rack = Rack.standard().ready("m1");
    rack.provider.cleanup(CleanupRequest.getDefaultInstance());
    assertThat(rack.intents.written).isEmpty();
    assertThat(rack.target()).isOne();
  }

  @Test
  void an_order_waits_for_another_of_the_same_group_only_so_long() throws Exception {
    Rack rack = Rack.standard().off("m1", "m2").group("attic", 0, java.util.OptionalInt.empty());
    rack.machine(Rack.declared("a1").group("attic").status(Statuses.OFF));
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    rack.intents.before =
        group -> {
          if (group.id().equals(Rack.GROUP)) {
            writing.countDown();
            await(written);
          }
        };
    var settings =
        new ProviderSettings(
            ProviderSettings.STANDARD.power(), "accelerator", java.time.Duration.ofMillis(50));
    var provider =
        new CloudProviderService(
            rack.fleet, rack.intents, rack.clock, settings, () -> true, () -> true);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> slow = pool.submit(() -> provider.nodeGroupIncreaseSize(one(Rack.GROUP)));
      await(writing);
      Refused.with(Code.ABORTED, () -> provider.nodeGroupIncreaseSize(one(Rack.GROUP)));
      provider.nodeGroupIncreaseSize(one("attic"));
      written.countDown();
      slow.get();
    } finally {
      pool.shutdownNow();
    }
    assertThat(rack.target()).isOne();
  }

  private static NodeGroupIncreaseSizeRequest one(String group) {
    return NodeGroupIncreaseSizeRequest.newBuilder().setId(group).setDelta(1).build();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
