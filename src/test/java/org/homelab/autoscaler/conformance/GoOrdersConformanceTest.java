package org.homelab.autoscaler.conformance;

import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceCreating;
import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceDeleting;
import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceRunning;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.OUT_OF_RANGE;
import static io.grpc.Status.Code.UNAVAILABLE;
import static io.grpc.Status.Code.UNIMPLEMENTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.conformance.Refusals.refused;
import static org.homelab.autoscaler.conformance.Refusals.refusedUnchanged;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceRequest;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.wire.WireNode;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/**
 * What the Go implementation does on CA's orders and is right to (K), and what it gets wrong (F).
 * Where our codes are others, docs/migrate.md says so.
 */
@OverTheWire
class GoOrdersConformanceTest {
  private final Homelab homelab;
  private final ProviderClient ca;

  GoOrdersConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  private static PowerState desired(Shelf shelf, String machine) {
    return shelf.machines().node(machine).getSpec().powerState();
  }

  @Test
  void k7_an_increase_by_one_wants_the_machine_on_that_is_off() {
    Shelf shelf = homelab.shelf("k7").ready("1").off("2");
    ca.increase("k7", 1);
    assertThat(desired(shelf, "2")).isEqualTo(PowerState.ON);
  }

  @Test
  void k8_an_increase_where_all_are_on_is_refused() {
    Shelf shelf = homelab.shelf("k8").ready("1", "2");
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.increase("k8", 1));
  }

  @Test
  void k9_an_increase_by_nothing_or_less_is_refused() {
    Shelf shelf = homelab.shelf("k9").off("1");
    refusedUnchanged(shelf, INVALID_ARGUMENT, () -> ca.increase("k9", 0));
    refusedUnchanged(shelf, INVALID_ARGUMENT, () -> ca.increase("k9", -1));
  }

  @Test
  void k10_a_machine_that_is_deleted_is_wanted_off() {
    Shelf shelf = homelab.shelf("k10").ready("1", "2");
    ca.delete("k10", shelf.real("1"));
    assertThat(desired(shelf, "1")).isEqualTo(PowerState.OFF);
    assertThat(desired(shelf, "2")).isEqualTo(PowerState.ON);
  }

  /** INTERNAL in the Go implementation. */
  @Test
  void k11_an_unknown_node_is_not_found() {
    Shelf shelf = homelab.shelf("k11").ready("1");
    refusedUnchanged(
        shelf,
        NOT_FOUND,
        () -> ca.delete("k11", ExternalGrpcNode.newBuilder().setName("nobody").build()));
  }

  /** The Go implementation says yes and does nothing where there is nothing to take back. */
  @Test
  void k12_a_decrease_by_nothing_is_refused_and_so_is_one_with_nothing_to_take_back() {
    Shelf shelf = homelab.shelf("k12").ready("1").leaving("2");
    refusedUnchanged(shelf, INVALID_ARGUMENT, () -> ca.decrease("k12", 0));
    refusedUnchanged(shelf, INVALID_ARGUMENT, () -> ca.decrease("k12", 1));
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.decrease("k12", -1));
  }

  @Test
  void f1_an_increase_by_two_switches_two_on_and_one_beyond_what_there_is_none() {
    Shelf shelf = homelab.shelf("f1").off("1", "2", "3");
    refusedUnchanged(shelf, OUT_OF_RANGE, () -> ca.increase("f1", 4));
    ca.increase("f1", 2);
    assertThat(shelf.target()).isEqualTo(2);
    assertThat(List.of(desired(shelf, "1"), desired(shelf, "2"), desired(shelf, "3")))
        .containsExactly(PowerState.ON, PowerState.ON, PowerState.OFF);
  }

  @Test
  void f2_a_decrease_takes_back_exactly_as_many_as_asked_and_no_machine_at_work() {
    Shelf mixed = homelab.shelf("f2-mixed").ready("1", "2", "3").queued("4");
    ca.decrease("f2-mixed", -1);
    assertThat(mixed.target()).isEqualTo(3);
    assertThat(mixed.states()).hasSize(3).containsValue(instanceRunning);

    Shelf idle = homelab.shelf("f2-idle").queued("1", "2");
    ca.decrease("f2-idle", -1);
    assertThat(idle.target()).isOne();
  }

  @Test
  void f3_a_node_may_be_called_otherwise_than_its_kubernetes_node() throws Exception {
    Shelf shelf =
        homelab.shelf("f3").joined("1", "", "pricing: {hourlyRate: \"0.5\", podRate: \"0.02\"}");
    ExternalGrpcNode node = shelf.real("1");
    assertThat(node.getName()).isNotEqualTo(shelf.machines().name("1"));
    assertThat(ca.groupFor(node)).isEqualTo("f3");
    assertThat(Prices.ofNode(ca, node, 3600)).isEqualTo(0.5);
    assertThat(
            WireNode.parseFrom(ca.template("f3").getNodeBytes())
                .getStatus()
                .getCapacityOrThrow("cpu")
                .getString())
        .isEqualTo("4");
    ca.delete("f3", node);
    assertThat(desired(shelf, "1")).isEqualTo(PowerState.OFF);
  }

  @Test
  void f4_a_node_of_another_group_is_not_deleted() {
    homelab.shelf("f4").ready("1");
    Shelf other = homelab.shelf("f4-other").ready("1");
    refusedUnchanged(other, FAILED_PRECONDITION, () -> ca.delete("f4", other.real("1")));
  }

  @Test
  void f5_instances_say_how_far_each_machine_is_and_have_an_id() {
    Shelf shelf = homelab.shelf("f5").off("off").booting("on").failed("bad").leaving("out");
    assertThat(shelf.instances()).extracting(Instance::getId).doesNotContain("");
    assertThat(shelf.states())
        .isEqualTo(
            Map.of(
                shelf.idOf("on"), instanceCreating,
                shelf.idOf("bad"), instanceCreating,
                shelf.idOf("out"), instanceDeleting));
    assertThat(shelf.instances())
        .filteredOn(one -> one.getStatus().hasErrorInfo())
        .extracting(Instance::getId)
        .containsExactly(shelf.idOf("bad"));
  }

  @Test
  void f6_while_the_kubernetes_api_fails_an_order_is_an_error_and_no_answer_is_empty() {
    Shelf shelf = homelab.shelf("f6").ready("1").off("2");
    ExternalGrpcNode node = shelf.real("1");
    Object before = shelf.picture();
    homelab
        .traffic()
        .whileCut(
            () -> {
              refused(UNAVAILABLE, () -> ca.increase("f6", 1));
              refused(UNAVAILABLE, () -> ca.delete("f6", node));
              assertThat(ca.instances("f6")).hasSize(1);
              assertThat(ca.groupFor(node)).isEqualTo("f6");
            });
    assertThat(shelf.picture()).isEqualTo(before);
    ca.increase("f6", 1);
    assertThat(shelf.target()).isEqualTo(2);
  }

  @Test
  void f7_a_group_whose_machines_are_off_is_drawn_as_it_was_when_one_was_at_work()
      throws Exception {
    Shelf shelf = homelab.shelf("f7").leaving("1");
    shelf.machines().silence("1");
    shelf.machines().endJob("1", "Complete", "");
    shelf.untilStatus("1", status -> "shutdown".equals(status.progress()));
    Homelab.until("the node is gone", () -> shelf.machines().kubernetesNode("1") == null);
    WireNode node = WireNode.parseFrom(ca.template("f7").getNodeBytes());
    assertThat(node.getStatus().getCapacityOrThrow("memory").getString()).isEqualTo("8Gi");
    assertThat(node.getMetadata().getLabelsMap())
        .containsEntry("kubernetes.io/arch", "amd64")
        .doesNotContainKeys("infra.homecluster.dev/node", "kubernetes.io/hostname");
    assertThat(node.getMetadata().getAnnotationsMap()).isEmpty();
    assertThat(node.getSpec().getProviderId()).isNotEqualTo(shelf.idOf("1"));
  }

  @Test
  void f8_a_node_of_a_template_costs_what_its_group_costs_over_the_period() {
    homelab.shelf("f8").declared("1", "pricing: {hourlyRate: \"0.5\", podRate: \"0.02\"}");
    var made =
        ExternalGrpcNode.newBuilder()
            .setName("template-node-for-f8-1")
            .putLabels("infra.homecluster.dev/group", "f8")
            .build();
    assertThat(Prices.ofNode(ca, made, 3600)).isEqualTo(0.5);
    assertThat(Prices.ofNode(ca, made, 36_000)).isEqualTo(5.0);
  }

  @Test
  void f9_an_option_that_is_unset_or_unreadable_is_that_of_ca() {
    homelab.shelf("f9", "{scaleDownUtilizationThreshold: \"0.7\"}");
    var options = NodeGroupAutoscalingOptionsRequest.newBuilder().setId("f9");
    options.getDefaultsBuilder().getScaleDownUnneededDurationBuilder().setSeconds(77);
    var sent = ca.options(options.build()).getNodeGroupAutoscalingOptions();
    assertThat(sent.getScaleDownUtilizationThreshold()).isEqualTo(0.7);
    assertThat(sent.getScaleDownUnneededDuration().getSeconds()).isEqualTo(77);

    homelab.shelf("f9-bad", "{scaleDownUtilizationThreshold: \"7000\"}");
    refused(UNIMPLEMENTED, () -> ca.options(options.setId("f9-bad").build()));
  }

  @Test
  void f22_a_request_without_a_node_is_refused_and_the_server_goes_on() {
    refused(
        INVALID_ARGUMENT,
        () -> ca.stub().nodeGroupForNode(NodeGroupForNodeRequest.getDefaultInstance()));
    refused(
        INVALID_ARGUMENT,
        () -> ca.stub().pricingNodePrice(PricingNodePriceRequest.getDefaultInstance()));
    Shelf shelf = homelab.shelf("f22").ready("1");
    refusedUnchanged(
        shelf, INVALID_ARGUMENT, () -> ca.delete("f22", ExternalGrpcNode.getDefaultInstance()));
  }
}
