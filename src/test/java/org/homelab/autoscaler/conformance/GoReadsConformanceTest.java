package org.homelab.autoscaler.conformance;

import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceRunning;
import static io.grpc.Status.Code.CANCELLED;
import static io.grpc.Status.Code.DEADLINE_EXCEEDED;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.UNIMPLEMENTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.conformance.Refusals.refused;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import io.grpc.Context;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.homelab.autoscaler.cloudprovider.wire.WireNode;
import org.homelab.autoscaler.cloudprovider.wire.WireTaint;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The homelab that the Go implementation is tested with, and what it answers about it. Where we
 * answer otherwise, docs/migrate.md says so.
 */
@OverTheWire
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoReadsConformanceTest {
  private final Homelab homelab;
  private final ProviderClient ca;

  GoReadsConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  private static String options(
      String use, String gpuUse, String unneeded, String unready, String provision, boolean max) {
    return """
        {scaleDownUtilizationThreshold: "%s", scaleDownGpuUtilizationThreshold: "%s",
         scaleDownUnneededTime: %s, scaleDownUnreadyTime: %s, maxNodeProvisionTime: %s,
         zeroOrMaxNodeScaling: %s, ignoreDaemonSetsUtilization: %s}
        """
        .formatted(use, gpuUse, unneeded, unready, provision, max, !max)
        .replace("\n", " ");
  }

  @BeforeAll
  void theHomelab() {
    homelab
        .plainShelf("test-group", options("0.5", "0.5", "10m", "20m", "15m", false))
        .ready("test-node-1", "test-node-2");
    homelab
        .plainShelf("gpu-group", options("0.3", "0.2", "5m", "10m", "20m", true))
        .joined("gpu-node-1", "", "pricing: {hourlyRate: \"0.85\", podRate: \"0.02\"}")
        .off("gpu-node-2");
    homelab
        .plainShelf("cpu-group", options("0.7", "0.8", "30m", "45m", "10m", false))
        .ready("cpu-node-1")
        .leaving("cpu-node-2");
    Shelf offline =
        homelab
            .plainShelf("offline-group", options("0.5", "0.5", "15m", "25m", "12m", false))
            .ready("offline-node-1");
    offline.machines().silence("offline-node-1");
    homelab
        .plainShelf("unknown-group", options("0.6", "0.6", "12m", "18m", "18m", false))
        .booting("unknown-node-1");
    homelab.plainShelf("empty-group", options("0.4", "0.4", "8m", "15m", "25m", true));
    homelab
        .plainShelf("fast-scale-group", options("0.8", "0.9", "2m", "5m", "5m", false))
        .ready("fast-node-1");
    homelab
        .plainShelf("dev-group", options("0.2", "0.1", "60m", "90m", "30m", false))
        .ready("dev-node-1");
  }

  private static final Map<String, Integer> TARGETS =
      Map.of(
          "test-group", 2,
          "gpu-group", 1,
          "cpu-group", 1,
          "offline-group", 1,
          "unknown-group", 1,
          "empty-group", 0,
          "fast-scale-group", 1,
          "dev-group", 1);

  /** A machine that is being switched off is no candidate: one less than there are Nodes. */
  @Test
  void k1_every_group_is_told_with_the_number_of_its_usable_machines() {
    Map<String, Integer> expected =
        Map.of(
            "test-group", 2,
            "gpu-group", 2,
            "cpu-group", 1,
            "offline-group", 1,
            "unknown-group", 1,
            "empty-group", 0,
            "fast-scale-group", 1,
            "dev-group", 1);
    assertThat(ca.groups())
        .filteredOn(group -> expected.containsKey(group.getId()))
        .hasSize(8)
        .allSatisfy(
            group -> {
              assertThat(group.getMinSize()).isZero();
              assertThat(group.getMaxSize())
                  .as(group.getId())
                  .isEqualTo(expected.get(group.getId()));
            })
        .extracting(NodeGroup::getId)
        .doesNotHaveDuplicates();
  }

  private static ExternalGrpcNode named(String name) {
    return ExternalGrpcNode.newBuilder().setName(name).build();
  }

  @Test
  void k3_k4_k5_a_node_belongs_to_the_group_of_its_machine_or_to_none() {
    assertThat(ca.groupFor(named("test-node-1"))).isEqualTo("test-group");
    homelab.plainShelf("orphans", "{}").machines().join("orphaned-node-1", "", Map.of());
    assertThat(ca.groupFor(named("orphaned-node-1"))).as("K4").isEmpty();
    assertThat(ca.groupFor(named("nobody"))).as("K5").isEmpty();
  }

  /** The Go implementation says 0 for a group that does not exist. */
  @Test
  void k6_the_targets_are_those_of_the_table_and_an_unknown_group_is_not_found() {
    TARGETS.forEach(
        (group, target) -> assertThat(ca.targetSize(group)).as(group).isEqualTo(target));
    refused(NOT_FOUND, () -> ca.targetSize("k6-nowhere"));
  }

  @Test
  void k13_two_machines_at_work_are_two_running_instances() {
    assertThat(ca.instances("test-group"))
        .hasSize(2)
        .allSatisfy(
            one -> assertThat(one.getStatus().getInstanceState()).isEqualTo(instanceRunning))
        .extracting(one -> one.getId())
        .containsExactly("homelab://test-node-1", "homelab://test-node-2");
  }

  /** The Go implementation gives an empty list. */
  @Test
  void k14_the_instances_of_an_unknown_group_are_not_found() {
    refused(NOT_FOUND, () -> ca.instances("k14-nowhere"));
  }

  @Test
  void k15_the_template_is_a_healthy_node_of_no_name() throws Exception {
    WireNode node = WireNode.parseFrom(ca.template("test-group").getNodeBytes());
    assertThat(node.getMetadata().getName()).contains("test-group-template");
    assertThat(node.getSpec().getUnschedulable()).isFalse();
    assertThat(node.getStatus().getConditionsList()).hasSize(5);
    assertThat(node.getStatus().getConditions(0).getType()).isEqualTo("Ready");
    assertThat(node.getStatus().getConditions(0).getStatus()).isEqualTo("True");
    assertThat(node.getMetadata().getLabelsMap()).doesNotContainKey("kubernetes.io/hostname");
  }

  @Test
  void k16_taints_to_remove_and_passing_taints_are_not_in_the_template_and_others_are()
      throws Exception {
    Shelf shelf = homelab.plainShelf("k16", "{}");
    shelf.machines().join("k16-node", "", Map.of("kubernetes.io/os", "linux"));
    taint("k16-node", "custom/taint");
    taint("k16-node", "stays");
    taint("k16-node", "node.kubernetes.io/unreachable");
    taint("k16-node", "ToBeDeletedByClusterAutoscaler");
    shelf
        .machines()
        .describe("k16-node", "on", "taintsToRemove: [{key: custom/taint, effect: NoSchedule}]");
    shelf.untilStatus("k16-node", status -> "ready".equals(status.progress()));
    assertThat(WireNode.parseFrom(ca.template("k16").getNodeBytes()).getSpec().getTaintsList())
        .extracting(WireTaint::getKey)
        .containsExactly("stays");
  }

  private void taint(String node, String key) {
    homelab
        .kubectl()
        .nodes()
        .withName(node)
        .edit(
            one ->
                one.edit().editSpec().addNewTaint("NoSchedule", key, null, null).endSpec().build());
  }

  @Test
  void k17_a_group_without_machines_has_no_template() {
    refused(UNIMPLEMENTED, () -> ca.template("empty-group"));
  }

  /** The Go implementation gives no options for a group that does not exist. */
  @Test
  void k18_the_options_are_those_of_the_table_and_an_unknown_group_is_not_found() {
    NodeGroupAutoscalingOptions gpu =
        ca.options(NodeGroupAutoscalingOptionsRequest.newBuilder().setId("gpu-group").build())
            .getNodeGroupAutoscalingOptions();
    assertThat(gpu.getScaleDownUtilizationThreshold()).isEqualTo(0.3);
    assertThat(gpu.getScaleDownGpuUtilizationThreshold()).isEqualTo(0.2);
    assertThat(gpu.getZeroOrMaxNodeScaling()).isTrue();
    assertThat(gpu.getIgnoreDaemonSetsUtilization()).isFalse();
    assertThat(gpu.getScaleDownUnneededDuration().getSeconds()).isEqualTo(300);
    assertThat(gpu.getScaleDownUnreadyDuration().getSeconds()).isEqualTo(600);
    assertThat(gpu.getMaxNodeProvisionDuration().getSeconds()).isEqualTo(1200);
    refused(
        NOT_FOUND,
        () -> ca.options(NodeGroupAutoscalingOptionsRequest.newBuilder().setId("nowhere").build()));
  }

  /** The Go implementation says 0 for a machine it does not know. */
  @Test
  void k19_the_price_of_a_machine_is_its_hourly_rate_and_of_an_unknown_one_unimplemented() {
    assertThat(Prices.ofNode(ca, named("gpu-node-1"), 3600)).isEqualTo(0.85);
    refused(UNIMPLEMENTED, () -> Prices.ofNode(ca, named("nobody"), 3600));
  }

  @Test
  void k20_k21_the_gpu_label_is_accelerator_and_cleanup_and_refresh_are_fine() {
    assertThat(ca.stub().gPULabel(GPULabelRequest.getDefaultInstance()).getLabel())
        .isEqualTo("accelerator");
    ca.stub().cleanup(CleanupRequest.getDefaultInstance());
    ca.refresh();
  }

  @Test
  void k22_whoever_has_no_time_left_or_hangs_up_is_told_so() {
    var request = NodeGroupTargetSizeRequest.newBuilder().setId("test-group").build();
    refused(
        DEADLINE_EXCEEDED,
        () -> ca.stub().withDeadlineAfter(-1, TimeUnit.SECONDS).nodeGroupTargetSize(request));
    try (Context.CancellableContext hungUp = Context.current().withCancellation()) {
      hungUp.cancel(null);
      hungUp.run(() -> refused(CANCELLED, () -> ca.stub().nodeGroupTargetSize(request)));
    }
  }

  /** The Go implementation offers none; its users ask for the lowest podRate. */
  @Test
  void k23_a_pod_that_requests_nothing_costs_the_lowest_pod_rate_that_can_be_read() {
    homelab
        .plainShelf("k23", "{}")
        .declared("k23-dear", "pricing: {hourlyRate: \"1\", podRate: \"0.03\"}")
        .declared("k23-cheap", "pricing: {hourlyRate: \"1\", podRate: \"0.0005\"}")
        .machines()
        .describe("k23-bad", "off", "pricing: {hourlyRate: \"1\", podRate: \"cheap\"}");
    assertThat(Prices.ofBarePod(ca)).isEqualTo(0.0005);
  }
}
