package org.homelab.autoscaler.conformance;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.homelab.autoscaler.conformance.Refusals.refused;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesRequest;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import java.util.Map;
import org.homelab.autoscaler.cloudprovider.wire.WireContainer;
import org.homelab.autoscaler.cloudprovider.wire.WirePod;
import org.homelab.autoscaler.cloudprovider.wire.WirePodSpec;
import org.homelab.autoscaler.cloudprovider.wire.WireQuantity;
import org.homelab.autoscaler.cloudprovider.wire.WireResourceRequirements;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/** What machines and pods cost, and which GPUs there are. */
@OverTheWire
class PricesConformanceTest {
  private static final String PRICE = "pricing: {hourlyRate: \"0.5\", podRate: \"0.01\"}";
  private static final double TINY = 1e-9;

  private final Homelab homelab;
  private final ProviderClient ca;

  PricesConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  private double podPrice(ByteString bytes, ByteString legacy) {
    return Prices.ofPod(ca, bytes, legacy);
  }

  private static ByteString pod(Map<String, WireQuantity> requests) {
    return WirePod.newBuilder()
        .setSpec(
            WirePodSpec.newBuilder()
                .addContainers(
                    WireContainer.newBuilder()
                        .setResources(
                            WireResourceRequirements.newBuilder().putAllRequests(requests))))
        .build()
        .toByteString();
  }

  private static Map<String, WireQuantity> cpu(String amount) {
    return Map.of("cpu", WireQuantity.newBuilder().setString(amount).build());
  }

  @Test
  void c101_the_price_of_a_machine_is_its_rate_times_the_hours() {
    Shelf shelf = homelab.shelf("c101").joined("a", "", PRICE);
    ExternalGrpcNode node = shelf.real("a");
    assertThat(Prices.ofNode(ca, node, 3600)).isEqualTo(0.5, within(TINY));
    assertThat(Prices.ofNode(ca, node, 7200)).isEqualTo(1.0, within(TINY));
    refused(INVALID_ARGUMENT, () -> Prices.ofNode(ca, node, -1));
  }

  @Test
  void c102_a_pod_is_read_from_the_field_of_either_generation_and_garbage_is_refused() {
    homelab.shelf("c102").joined("a", "", PRICE);
    ByteString pod = pod(cpu("2"));
    assertThat(podPrice(pod, ByteString.EMPTY))
        .isEqualTo(podPrice(ByteString.EMPTY, pod))
        .isPositive();
    ByteString garbage = ByteString.copyFromUtf8("this is no pod");
    refused(INVALID_ARGUMENT, () -> podPrice(garbage, ByteString.EMPTY));
    refused(INVALID_ARGUMENT, () -> podPrice(ByteString.EMPTY, garbage));
    refused(INVALID_ARGUMENT, () -> podPrice(ByteString.EMPTY, ByteString.EMPTY));
  }

  @Test
  void c103_a_pod_without_requests_costs_something_and_one_with_requests_no_less() {
    homelab.shelf("c103").joined("a", "", PRICE);
    double modest = podPrice(pod(Map.of()), ByteString.EMPTY);
    assertThat(modest).isPositive();
    assertThat(podPrice(pod(cpu("4")), ByteString.EMPTY)).isGreaterThanOrEqualTo(modest);
  }

  @Test
  void c104_a_node_made_up_from_a_template_costs_what_its_group_costs() {
    homelab.shelf("c104").declared("a", PRICE);
    var byLabel =
        ExternalGrpcNode.newBuilder()
            .setName("template-node-for-c104-7")
            .putLabels("infra.homecluster.dev/group", "c104")
            .build();
    var byId =
        ExternalGrpcNode.newBuilder()
            .setName("template-node-for-c104-7")
            .setProviderID("homelab://c104/template")
            .build();
    assertThat(Prices.ofNode(ca, byLabel, 3600)).isEqualTo(0.5, within(TINY));
    assertThat(Prices.ofNode(ca, byId, 3600)).isEqualTo(0.5, within(TINY));
  }

  @Test
  void c110_the_label_of_gpus_stays_the_same() {
    var request = GPULabelRequest.getDefaultInstance();
    for (int i = 0; i < 3; i++) {
      assertThat(ca.stub().gPULabel(request).getLabel()).isEqualTo("accelerator");
    }
  }

  @Test
  void c111_the_types_of_gpus_are_those_of_nodes_and_templates_and_none_is_made_up() {
    Shelf shelf =
        homelab
            .shelf("c111")
            .declared(
                "a", "template: {labels: {accelerator: c111-t4}, capacity: {cpu: 1, memory: 1Gi}}");
    shelf.machines().join("b", "", Map.of("accelerator", "c111-a100"));
    Homelab.until("the node is seen", () -> types().containsKey("c111-a100"));
    assertThat(types())
        .containsKey("c111-t4")
        .containsEntry("c111-a100", Any.getDefaultInstance())
        .doesNotContainKeys("", "nvidia-tesla-v100", "nvidia-tesla-t4");
  }

  private Map<String, Any> types() {
    return ca.stub()
        .getAvailableGPUTypes(GetAvailableGPUTypesRequest.getDefaultInstance())
        .getGpuTypesMap();
  }
}
