package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.power.PowerPolicy;
import org.junit.jupiter.api.Test;

class GpusTest {
  private static Set<String> types(Rack rack) {
    return rack.provider
        .getAvailableGPUTypes(GetAvailableGPUTypesRequest.getDefaultInstance())
        .getGpuTypesMap()
        .keySet();
  }

  @Test
  void c110_the_label_is_the_configured_one() {
    Rack rack = Rack.standard();
    var request = GPULabelRequest.getDefaultInstance();
    assertThat(rack.provider.gPULabel(request).getLabel()).isEqualTo("accelerator");
    var none = new ProviderSettings(PowerPolicy.Defaults.STANDARD, "", Duration.ofSeconds(1));
    var provider =
        new CloudProviderService(
            rack.fleet, rack.intents, rack.clock, none, () -> true, () -> true);
    assertThat(provider.gPULabel(request).getLabel()).isEmpty();
    assertThat(
            provider
                .getAvailableGPUTypes(GetAvailableGPUTypesRequest.getDefaultInstance())
                .getGpuTypesMap())
        .isEmpty();
  }

  @Test
  void c111_the_types_are_those_of_nodes_and_templates_and_none_is_invented() {
    Rack rack = Rack.standard().off("m1");
    assertThat(types(rack)).isEmpty();
    rack.node(KubernetesNodeBuilder.node("cloud").label("accelerator", "a100"));
    rack.node(KubernetesNodeBuilder.node("plain").label("accelerator", ""));
    rack.machine(
        declared("m2")
            .template(Templates.worker("4", "8Gi", Map.of("accelerator", "p4"), List.of())));
    rack.machine(
        declared("m3")
            .status(
                Statuses.OFF.remembering(
                    Templates.worker("4", "8Gi", Map.of("accelerator", "t4"), List.of()),
                    Optional.empty())));
    assertThat(types(rack)).containsExactlyInAnyOrder("a100", "p4", "t4");
  }
}
