package org.homelab.autoscaler.conformance;

import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceCreating;
import static io.grpc.Status.Code.UNIMPLEMENTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.homelab.autoscaler.conformance.Refusals.refused;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import java.util.Map;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/** An application of its own, because it is empty at first, and is stopped and started again. */
class RestartConformanceTest {
  /** CA could take one; the contract leaves it to the provider. */
  @Test
  void c136_a_unix_socket_is_not_offered_and_asking_for_one_says_what_to_write() {
    try (Homelab homelab =
        Homelab.of(Homelab.NAMESPACE).with("HOMELAB_GRPC_HOST", "unix:///run/ca.sock")) {
      assertThatThrownBy(homelab::start)
          .hasStackTraceContaining(
              "host unix:///run/ca.sock to listen on is not known: give an address");
    }
  }

  @Test
  void c02_c33_c100_c110_k2_an_empty_homelab_then_one_without_prices_then_a_restart() {
    try (Homelab homelab = Homelab.of(Homelab.NAMESPACE).with("HOMELAB_GPU_LABEL", "none")) {
      homelab.start();
      assertThat(homelab.ca().groups()).as("C02: no groups are an empty list").isEmpty();
      assertThat(homelab.ca().stub().gPULabel(GPULabelRequest.getDefaultInstance()).getLabel())
          .as("C110: the label is the configured one")
          .isEqualTo("none");
      Shelf shelf = homelab.shelf("c33").ready("a").off("b");
      nothingHasAPrice(homelab.ca(), shelf.real("a"));
      restartRightAfterAnOrder(homelab, shelf);
    }
  }

  private static void nothingHasAPrice(ProviderClient ca, ExternalGrpcNode node) {
    refused(UNIMPLEMENTED, () -> Prices.ofNode(ca, node, 3600));
    refused(UNIMPLEMENTED, () -> Prices.ofBarePod(ca));
  }

  private static void restartRightAfterAnOrder(Homelab homelab, Shelf shelf) {
    homelab.ca().increase("c33", 1);
    homelab.restart();
    assertThat(shelf.target()).as("C33: what was ordered survives").isEqualTo(2);
    assertThat(shelf.states()).containsEntry(shelf.idOf("b"), instanceCreating).hasSize(2);
    shelf.untilGiven("b");
    assertThat(shelf.machines().jobs("b", "startup")).isOne();
    shelf.machines().endJob("b", "Complete", "");
    shelf.machines().join("b", "", Map.of());
    Homelab.until("it runs", () -> !shelf.states().containsValue(instanceCreating));
  }
}
