package org.homelab.autoscaler.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import java.util.List;
import java.util.stream.IntStream;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/** What CA does to us at its start, in each loop and at its end. */
@OverTheWire
class LifecycleConformanceTest {
  private static final String EVERYTHING =
      """
      pricing: {hourlyRate: "0.5", podRate: "0.01"}
      template: {capacity: {cpu: "4", memory: 8Gi}}
      """;

  private final Homelab homelab;
  private final ProviderClient ca;

  LifecycleConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  /** Every call but the three orders. */
  private static void askEverything(ProviderClient ca, Shelf shelf, ExternalGrpcNode node) {
    ca.refresh();
    assertThat(ca.groups()).extracting(NodeGroup::getId).contains(shelf.id());
    assertThat(ca.groupFor(node)).isEqualTo(shelf.id());
    assertThat(ca.targetSize(shelf.id())).isOne();
    assertThat(ca.instances(shelf.id())).hasSize(1);
    assertThat(ca.template(shelf.id()).getNodeBytes()).isNotEmpty();
    var options = NodeGroupAutoscalingOptionsRequest.newBuilder().setId(shelf.id()).build();
    assertThat(ca.options(options).hasNodeGroupAutoscalingOptions()).isTrue();
    assertThat(Prices.ofNode(ca, node, 3600)).isEqualTo(0.5);
    assertThat(Prices.ofBarePod(ca)).isPositive();
    assertThat(ca.stub().gPULabel(GPULabelRequest.getDefaultInstance()).getLabel()).isNotEmpty();
    assertThat(ca.stub().getAvailableGPUTypes(GetAvailableGPUTypesRequest.getDefaultInstance()))
        .isNotNull();
    ca.stub().cleanup(CleanupRequest.getDefaultInstance());
  }

  private Shelf everything(String group) {
    return homelab.shelf(group, "{scaleDownUnneededTime: 90s}").joined("a", "", EVERYTHING);
  }

  @Test
  void no_question_waits_for_the_kubernetes_api_or_asks_it_anything() {
    Shelf shelf = everything("silence");
    ExternalGrpcNode node = shelf.real("a");
    List<String> tried = homelab.traffic().during(() -> askEverything(ca, shelf, node));
    assertThat(tried).noneMatch(request -> request.startsWith("grpc"));
  }

  @Test
  void c120_refresh_changes_nothing_and_asks_nobody_however_often_it_comes() {
    Shelf shelf = homelab.shelf("c120").ready("a").off("b");
    Object before = shelf.picture();
    List<String> tried =
        homelab.traffic().during(() -> IntStream.range(0, 100).forEach(i -> ca.refresh()));
    assertThat(tried).noneMatch(request -> request.startsWith("grpc"));
    assertThat(shelf.picture()).isEqualTo(before);
  }

  @Test
  void c122_cleanup_switches_nothing_and_the_server_goes_on() {
    Shelf shelf = homelab.shelf("c122").ready("a").booting("b");
    Object before = shelf.picture();
    ca.stub().cleanup(CleanupRequest.getDefaultInstance());
    assertThat(shelf.picture()).isEqualTo(before);
    assertThat(shelf.machines().jobs("a")).isEmpty();
    ca.delete("c122", shelf.real("a"));
    assertThat(shelf.target()).isOne();
  }

  @Test
  void c123_a_storm_of_questions_before_the_first_refresh_is_answered() {
    Shelf shelf = everything("c123");
    ExternalGrpcNode node = shelf.real("a");
    try (ProviderClient fresh = homelab.anotherCa()) {
      IntStream.range(0, 40).parallel().forEach(i -> askEverything(fresh, shelf, node));
    }
  }

  @Test
  void c124_a_second_ca_sees_and_goes_on_with_what_the_first_has_ordered() {
    Shelf shelf = homelab.shelf("c124").off("a", "b");
    try (ProviderClient second = homelab.anotherCa()) {
      ca.refresh();
      second.refresh();
      ca.increase("c124", 1);
      assertThat(second.targetSize("c124")).isOne();
      second.increase("c124", 1);
      assertThat(ca.targetSize("c124")).isEqualTo(2);
      second.delete("c124", shelf.fake("a", "unregistered"));
      assertThat(ca.targetSize("c124")).isOne();
      assertThat(ca.instances("c124")).isEqualTo(second.instances("c124"));
    }
  }
}
