package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchedResourceTest {
  private static final Node NODE =
      new NodeBuilder()
          .withNewMetadata()
          .withName("w1")
          .addToLabels("rack", "cellar")
          .addToManagedFields(new ManagedFieldsEntryBuilder().withManager("kubelet").build())
          .endMetadata()
          .withNewSpec()
          .withProviderID("homelab://m1")
          .endSpec()
          .withNewStatus()
          .addNewImage()
          .addToNames("registry/image@sha256:0123")
          .endImage()
          .addNewCondition()
          .withType("Ready")
          .withStatus("True")
          .endCondition()
          .addToCapacity("cpu", new Quantity("8"))
          .addToAllocatable("cpu", new Quantity("7"))
          .endStatus()
          .build();

  @Test
  void ofAKubernetesNodeIsKeptWhatDecisionsAreMadeFrom() {
    Node kept = lean(NODE);
    assertThat(kept.getMetadata().getManagedFields()).isEmpty();
    assertThat(kept.getStatus().getImages()).isEmpty();
    assertThat(kept.getMetadata().getLabels()).containsEntry("rack", "cellar");
    assertThat(kept.getSpec()).isEqualTo(NODE.getSpec());
    assertThat(kept.getStatus().getConditions()).isEqualTo(NODE.getStatus().getConditions());
    assertThat(kept.getStatus().getCapacity()).isEqualTo(Map.of("cpu", new Quantity("8")));
    assertThat(kept.getStatus().getAllocatable()).isEqualTo(Map.of("cpu", new Quantity("7")));
  }

  @Test
  void whoCordonedAKubernetesNodeIsKept() {
    Node cordoned = NODE.edit().editSpec().withUnschedulable(true).endSpec().build();
    assertThat(lean(cordoned).getMetadata().getManagedFields())
        .isEqualTo(NODE.getMetadata().getManagedFields());
  }

  @SuppressWarnings("unchecked")
  private static Node lean(Node node) {
    var nodes =
        (WatchedResource<Node>)
            WatchedResource.of("kubernetes-nodes", Optional.empty(), Optional.empty(), false);
    return nodes.lean(node.edit().build());
  }
}
