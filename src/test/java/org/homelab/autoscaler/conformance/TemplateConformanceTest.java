package org.homelab.autoscaler.conformance;

import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.UNIMPLEMENTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.conformance.Refusals.refused;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import java.math.BigDecimal;
import java.util.Map;
import org.homelab.autoscaler.cloudprovider.wire.WireNode;
import org.homelab.autoscaler.cloudprovider.wire.WireQuantity;
import org.homelab.autoscaler.cloudprovider.wire.WireTaint;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/** What the next Kubernetes node of a group will look like. */
@OverTheWire
class TemplateConformanceTest {
  private static final String DECLARED =
      """
      template:
        labels: {kubernetes.io/arch: arm64, accelerator: p4}
        capacity: {cpu: "8", memory: 32Gi, nvidia.com/gpu: "2"}
        allocatable: {cpu: "7", memory: 30Gi, nvidia.com/gpu: "2"}
      """;

  private final Homelab homelab;
  private final ProviderClient ca;

  TemplateConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  private WireNode template(String group) throws InvalidProtocolBufferException {
    return WireNode.parseFrom(ca.template(group).getNodeBytes());
  }

  private static BigDecimal amount(Map<String, WireQuantity> resources, String resource) {
    return new BigDecimal(resources.get(resource).getString().replace("Gi", ""));
  }

  @Test
  void c80_both_fields_hold_the_same_complete_node() throws Exception {
    homelab.shelf("c80").declared("a", DECLARED);
    NodeGroupTemplateNodeInfoResponse reply = ca.template("c80");
    assertThat(reply.getNodeInfo()).isEqualTo(reply.getNodeBytes()).isNotEmpty();
    WireNode node = template("c80");
    assertThat(node.getStatus().getAllocatableMap()).containsKeys("cpu", "memory", "pods");
    assertThat(node.getStatus().getCapacityMap()).containsKeys("cpu", "memory", "pods");
    node.getStatus()
        .getAllocatableMap()
        .keySet()
        .forEach(
            resource ->
                assertThat(amount(node.getStatus().getAllocatableMap(), resource))
                    .isLessThanOrEqualTo(amount(node.getStatus().getCapacityMap(), resource)));
  }

  @Test
  void c81_a_group_of_which_nothing_is_known_is_unimplemented_and_never_empty() {
    homelab.shelf("c81").off("a");
    assertThat(refused(UNIMPLEMENTED, () -> ca.template("c81"))).contains("spec.template");
    homelab.shelf("c81-empty");
    refused(UNIMPLEMENTED, () -> ca.template("c81-empty"));
  }

  @Test
  void c82_the_template_of_an_unknown_group_is_not_found() {
    refused(NOT_FOUND, () -> ca.template("c82-nowhere"));
  }

  @Test
  void c83_passing_taints_and_what_names_one_node_are_left_out_and_the_owners_words_kept()
      throws Exception {
    Shelf shelf =
        homelab.shelf("c83").declared("a", "taintsToRemove: [{key: boot, effect: NoSchedule}]");
    shelf
        .machines()
        .remember(
            "a",
            """
            {"template": {
              "labels": {"zone": "attic", "kubernetes.io/hostname": "a.c83.lan",
                         "infra.homecluster.dev/node": "c83-a"},
              "taints": [{"key": "dedicated", "value": "batch", "effect": "NoSchedule"},
                         {"key": "boot", "effect": "NoSchedule"},
                         {"key": "ToBeDeletedByClusterAutoscaler", "effect": "NoSchedule"},
                         {"key": "DeletionCandidateOfClusterAutoscaler", "effect": "PreferNoSchedule"},
                         {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"},
                         {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}],
              "capacity": {"cpu": "4", "memory": "8Gi"},
              "allocatable": {"cpu": "4", "memory": "8Gi"}}}
            """);
    Homelab.until("it is seen", () -> shelf.machines().node("a").getStatus().template() != null);
    Homelab.until("it is told", () -> known("c83"));
    WireNode node = template("c83");
    assertThat(node.getMetadata().getLabelsMap())
        .containsEntry("zone", "attic")
        .containsEntry("infra.homecluster.dev/group", "c83")
        .doesNotContainKeys("kubernetes.io/hostname", "infra.homecluster.dev/node");
    assertThat(node.getMetadata().getAnnotationsMap()).isEmpty();
    assertThat(node.getSpec().getTaintsList())
        .containsExactly(
            WireTaint.newBuilder()
                .setKey("dedicated")
                .setValue("batch")
                .setEffect("NoSchedule")
                .build());
  }

  private boolean known(String group) {
    try {
      return !ca.template(group).getNodeBytes().isEmpty();
    } catch (io.grpc.StatusRuntimeException notYet) {
      return false;
    }
  }

  @Test
  void c84_gpus_are_told_with_their_label_and_their_resource() throws Exception {
    homelab.shelf("c84").declared("a", DECLARED);
    WireNode node = template("c84");
    assertThat(node.getMetadata().getLabelsMap()).containsEntry("accelerator", "p4");
    assertThat(node.getStatus().getCapacityOrThrow("nvidia.com/gpu").getString()).isEqualTo("2");
    assertThat(node.getStatus().getAllocatableOrThrow("nvidia.com/gpu").getString()).isEqualTo("2");
  }

  @Test
  void c85_the_bytes_begin_with_a_nodes_metadata_and_no_envelope() {
    homelab.shelf("c85").declared("a", DECLARED);
    assertThat(ca.template("c85").getNodeBytes().byteAt(0)).isEqualTo((byte) 0x0a);
    assertThat(ca.template("c85").getNodeInfo().byteAt(0)).isEqualTo((byte) 0x0a);
  }
}
