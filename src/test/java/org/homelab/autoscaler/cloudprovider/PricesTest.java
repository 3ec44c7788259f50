package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingPodPriceRequest;
import com.google.protobuf.ByteString;
import java.util.Map;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.homelab.autoscaler.cloudprovider.wire.WireContainer;
import org.homelab.autoscaler.cloudprovider.wire.WirePod;
import org.homelab.autoscaler.cloudprovider.wire.WirePodSpec;
import org.homelab.autoscaler.cloudprovider.wire.WireQuantity;
import org.homelab.autoscaler.cloudprovider.wire.WireResourceRequirements;
import org.homelab.autoscaler.fleet.Template;
import org.junit.jupiter.api.Test;

class PricesTest {
  private static final long START = 1_790_000_000L;

  private static Rack priced() {
    Rack rack = Rack.standard();
    rack.machine(
        declared("m1")
            .price("0.85", "0.02")
            .desired(PowerState.ON)
            .status(Statuses.READY)
            .template(Templates.worker("4", "16Gi")));
    return rack;
  }

  private static double nodePrice(Rack rack, ExternalGrpcNode node, long seconds) {
    return rack.provider
        .pricingNodePrice(
            PricingNodePriceRequest.newBuilder()
                .setNode(node)
                .setStartTimestamp(Times.at(START))
                .setEndTimestamp(Times.at(START + seconds))
                .build())
        .getPrice();
  }

  private static WirePod pod(Map<String, String> requests) {
    var resources = WireResourceRequirements.newBuilder();
    requests.forEach(
        (name, value) ->
            resources.putRequests(name, WireQuantity.newBuilder().setString(value).build()));
    return WirePod.newBuilder()
        .setSpec(
            WirePodSpec.newBuilder()
                .addContainers(WireContainer.newBuilder().setName("app").setResources(resources)))
        .build();
  }

  private static double podPrice(Rack rack, WirePod pod) {
    return rack.provider
        .pricingPodPrice(
            PricingPodPriceRequest.newBuilder()
                .setPodBytes(pod.toByteString())
                .setStartTimestamp(Times.at(START))
                .setEndTimestamp(Times.at(START + 3600))
                .build())
        .getPrice();
  }

  @Test
  void c100_without_any_price_both_are_unimplemented() {
    Rack rack = Rack.standard().ready("m1");
    Refused.with(Code.UNIMPLEMENTED, () -> nodePrice(rack, Rack.node("m1"), 3600));
    Refused.with(Code.UNIMPLEMENTED, () -> podPrice(rack, pod(Map.of("cpu", "1"))));
  }

  @Test
  void c101_the_price_of_a_machine_is_its_hourly_rate_times_the_hours() {
    Rack rack = priced();
    assertThat(nodePrice(rack, Rack.node("m1"), 3600)).isEqualTo(0.85);
    assertThat(nodePrice(rack, Rack.node("m1"), 1800)).isEqualTo(0.425);
    Refused.with(Code.INVALID_ARGUMENT, () -> nodePrice(rack, Rack.node("m1"), -1));
  }

  @Test
  void c101_a_request_without_node_or_period_is_refused() {
    Rack rack = priced();
    Refused.with(
        Code.INVALID_ARGUMENT,
        () -> rack.provider.pricingNodePrice(PricingNodePriceRequest.getDefaultInstance()));
    Refused.with(
        Code.INVALID_ARGUMENT,
        () ->
            rack.provider.pricingNodePrice(
                PricingNodePriceRequest.newBuilder().setNode(Rack.node("m1")).build()));
  }

  @Test
  void c101_the_period_of_an_old_ca_is_read() {
    double price =
        priced()
            .provider
            .pricingNodePrice(
                PricingNodePriceRequest.newBuilder()
                    .setNode(Rack.node("m1"))
                    .setStartTime(Times.at(START))
                    .setEndTime(Times.at(START + 7200))
                    .build())
            .getPrice();
    assertThat(price).isEqualTo(1.7);
  }

  @Test
  void c102_a_pod_is_read_from_either_field_and_garbage_is_refused() {
    Rack rack = priced();
    var request =
        PricingPodPriceRequest.newBuilder()
            .setStartTime(Times.at(START))
            .setEndTime(Times.at(START + 3600));
    WirePod pod = pod(Map.of("cpu", "1"));
    assertThat(
            rack.provider
                .pricingPodPrice(request.clone().setPod(pod.toByteString()).build())
                .getPrice())
        .isEqualTo(podPrice(rack, pod));
    Refused.with(
        Code.INVALID_ARGUMENT,
        () ->
            rack.provider.pricingPodPrice(
                request.clone().setPod(ByteString.copyFromUtf8("\u0001garbage")).build()));
    Refused.with(Code.INVALID_ARGUMENT, () -> rack.provider.pricingPodPrice(request.build()));
  }

  @Test
  void c103_a_pod_without_requests_costs_the_pod_rate() {
    Rack rack = priced();
    rack.machine(declared("m2").price("0.5", "0.005"));
    assertThat(podPrice(rack, pod(Map.of()))).isEqualTo(0.005);
  }

  @Test
  void c103_a_pod_is_never_free() {
    Rack rack = Rack.standard();
    rack.machine(declared("m1").price("0", "0"));
    assertThat(podPrice(rack, pod(Map.of()))).isPositive();
  }

  @Test
  void a_pod_costs_the_greatest_part_of_a_machine_that_it_asks_for() {
    Rack rack = priced();
    assertThat(podPrice(rack, pod(Map.of("cpu", "2", "memory", "4Gi"))))
        .isCloseTo(0.425, within(1e-9));
    assertThat(podPrice(rack, pod(Map.of("cpu", "1", "memory", "16Gi"))))
        .isCloseTo(0.85, within(1e-9));
  }

  @Test
  void a_pod_costs_what_it_costs_where_it_is_cheapest_and_can_run() {
    Rack rack = priced();
    rack.machine(declared("m2").price("0.10", "0.001").template(Templates.worker("4", "16Gi")));
    assertThat(podPrice(rack, pod(Map.of("cpu", "2")))).isCloseTo(0.05, within(1e-9));

    var gpu = Map.of("cpu", "4", "memory", "16Gi", "nvidia.com/gpu", "1");
    rack.machine(
        declared("m3")
            .price("2", "0.001")
            .template(new Template(Map.of(), java.util.List.of(), gpu, gpu)));
    assertThat(podPrice(rack, pod(Map.of("cpu", "2", "nvidia.com/gpu", "1"))))
        .isCloseTo(2.0, within(1e-9));
  }

  @Test
  void init_containers_count_where_they_ask_for_more() {
    Rack rack = priced();
    var app = pod(Map.of("cpu", "1")).getSpec().getContainers(0);
    var init = pod(Map.of("cpu", "4")).getSpec().getContainers(0);
    WirePod pod =
        WirePod.newBuilder()
            .setSpec(
                WirePodSpec.newBuilder()
                    .addContainers(app)
                    .addContainers(app)
                    .addInitContainers(init))
            .build();
    assertThat(podPrice(rack, pod)).isCloseTo(0.85, within(1e-9));
  }

  @Test
  void c104_f8_a_node_made_up_from_a_template_costs_what_the_next_machine_costs() {
    Rack rack = priced();
    rack.machine(declared("m2").price("0.30", "0.02").status(Statuses.OFF));
    var byLabel =
        ExternalGrpcNode.newBuilder()
            .setName("template-node-for-rack-7")
            .putLabels("infra.homecluster.dev/group", "rack")
            .build();
    assertThat(nodePrice(rack, byLabel, 3600)).isEqualTo(0.30);
    var byId = Rack.node("template-node-for-rack-7", "homelab://rack/template");
    assertThat(nodePrice(rack, byId, 3600)).isEqualTo(0.30);
  }

  @Test
  void a_machine_without_a_price_costs_what_its_group_costs_and_an_unknown_one_nothing_known() {
    Rack rack = priced().off("m2");
    assertThat(nodePrice(rack, Rack.node("m2"), 3600)).isEqualTo(0.85);
    Refused.with(Code.UNIMPLEMENTED, () -> nodePrice(rack, Rack.node("stranger"), 3600));
  }
}
