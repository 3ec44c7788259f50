package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.homelab.autoscaler.cloudprovider.wire.WireNode;
import org.homelab.autoscaler.cloudprovider.wire.WireNodeCondition;
import org.homelab.autoscaler.cloudprovider.wire.WireQuantity;
import org.homelab.autoscaler.cloudprovider.wire.WireTaint;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.Taint;
import org.homelab.autoscaler.fleet.Template;
import org.junit.jupiter.api.Test;

class TemplateNodeInfoTest {
  private static NodeGroupTemplateNodeInfoResponse reply(Rack rack) {
    return rack.provider.nodeGroupTemplateNodeInfo(
        NodeGroupTemplateNodeInfoRequest.newBuilder().setId(GROUP).build());
  }

  private static WireNode template(Rack rack) {
    try {
      return WireNode.parseFrom(reply(rack).getNodeBytes());
    } catch (InvalidProtocolBufferException broken) {
      throw new AssertionError(broken);
    }
  }

  private static String allocatable(WireNode node, String resource) {
    return node.getStatus()
        .getAllocatableOrDefault(resource, WireQuantity.getDefaultInstance())
        .getString();
  }

  private static String capacity(WireNode node, String resource) {
    return node.getStatus()
        .getCapacityOrDefault(resource, WireQuantity.getDefaultInstance())
        .getString();
  }

  private static Rack declaring(Template template) {
    return Rack.standard().machine(declared("m1").status(Statuses.OFF).template(template));
  }

  @Test
  void c80_both_generations_hold_the_same_complete_node() {
    Template known =
        new Template(
            Map.of("kubernetes.io/arch", "arm64", "disk", "nvme"),
            List.of(),
            Map.of("cpu", "4", "memory", "8Gi"),
            Map.of("cpu", "3800m", "memory", "7Gi"));
    Rack rack = declaring(known);
    assertThat(reply(rack).getNodeInfo()).isEqualTo(reply(rack).getNodeBytes());
    WireNode node = template(rack);
    assertThat(node.getMetadata().getName()).isEqualTo("rack-template");
    assertThat(node.getMetadata().getLabelsMap())
        .isEqualTo(
            Map.of(
                "kubernetes.io/arch", "arm64",
                "kubernetes.io/os", "linux",
                "disk", "nvme",
                "infra.homecluster.dev/group", "rack"));
    assertThat(capacity(node, "cpu")).isEqualTo("4");
    assertThat(allocatable(node, "cpu")).isEqualTo("3800m");
    assertThat(capacity(node, "memory")).isEqualTo("8Gi");
    assertThat(allocatable(node, "memory")).isEqualTo("7Gi");
    assertThat(allocatable(node, "pods")).isEqualTo("110");
    assertThat(capacity(node, "pods")).isEqualTo("110");
    assertThat(node.getSpec().getUnschedulable()).isFalse();
    assertThat(node.getStatus().getNodeInfo().getArchitecture()).isEqualTo("arm64");
  }

  @Test
  void c80_allocatable_is_never_above_capacity_and_fills_in_for_it() {
    Rack rack =
        declaring(
            new Template(
                Map.of(),
                List.of(),
                Map.of("cpu", "4000m", "hugepages-2Mi", "1Gi"),
                Map.of("cpu", "8", "memory", "7Gi", "pods", "30")));
    WireNode node = template(rack);
    assertThat(allocatable(node, "cpu")).isEqualTo("4000m");
    assertThat(capacity(node, "memory")).isEqualTo("7Gi");
    assertThat(allocatable(node, "hugepages-2Mi")).isEqualTo("1Gi");
    assertThat(allocatable(node, "pods")).isEqualTo("30");
  }

  @Test
  void c80_a_quantity_that_kubernetes_could_not_read_is_left_out() {
    var resources = Map.of("cpu", "4", "memory", "8Gi", "example.com/odd", "many");
    WireNode node = template(declaring(new Template(Map.of(), List.of(), resources, resources)));
    assertThat(node.getStatus().getCapacityMap()).doesNotContainKey("example.com/odd");
    assertThat(node.getStatus().getAllocatableMap()).doesNotContainKey("example.com/odd");
  }

  @Test
  void c81_nothing_known_is_unimplemented_and_never_an_empty_answer() {
    Rack rack = Rack.standard();
    Refused.with(Code.UNIMPLEMENTED, () -> reply(rack));
    rack.off("m1");
    rack.machine(
        declared("m2").template(new Template(Map.of(), List.of(), Map.of("cpu", "4"), Map.of())));
    Refused.with(Code.UNIMPLEMENTED, () -> reply(rack));
  }

  @Test
  void c82_the_template_of_an_unknown_group_is_not_found() {
    Rack rack = Rack.standard();
    Refused.with(
        Code.NOT_FOUND,
        () ->
            rack.provider.nodeGroupTemplateNodeInfo(
                NodeGroupTemplateNodeInfoRequest.newBuilder().setId("attic").build()));
  }

  @Test
  void c83_passing_taints_and_names_of_one_node_are_left_out_and_the_owners_kept() {
    Map<String, String> labels =
        Map.of(
            "kubernetes.io/hostname", "m1",
            "infra.homecluster.dev/node", "m1",
            "zone", "attic");
    List<Taint> taints =
        List.of(
            new Taint("dedicated", "batch", "NoSchedule"),
            new Taint("boot", "", "NoSchedule"),
            new Taint(Taint.TO_BE_DELETED, "1", "NoSchedule"),
            new Taint(Taint.DELETION_CANDIDATE, "1", "PreferNoSchedule"),
            new Taint("node.kubernetes.io/not-ready", "", "NoExecute"));
    Rack rack = Rack.standard();
    rack.machine(
        declared("m1")
            .status(Statuses.OFF)
            .taintsToRemove("boot")
            .template(Templates.worker("4", "8Gi", labels, taints)));
    WireNode node = template(rack);
    assertThat(node.getMetadata().getLabelsMap())
        .containsEntry("zone", "attic")
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

  @Test
  void c84_gpus_are_kept_with_their_label() {
    var resources = Map.of("cpu", "8", "memory", "32Gi", "nvidia.com/gpu", "2");
    WireNode node =
        template(
            declaring(new Template(Map.of("accelerator", "p4"), List.of(), resources, resources)));
    assertThat(allocatable(node, "nvidia.com/gpu")).isEqualTo("2");
    assertThat(capacity(node, "nvidia.com/gpu")).isEqualTo("2");
    assertThat(node.getMetadata().getLabelsMap()).containsEntry("accelerator", "p4");
  }

  @Test
  void c85_the_bytes_are_bare_protobuf() {
    Rack rack = declaring(Templates.worker("4", "8Gi"));
    assertThat(reply(rack).getNodeBytes().byteAt(0)).isEqualTo((byte) 0x0a);
    assertThat(reply(rack).getNodeBytes()).isEqualTo(reply(rack).getNodeBytes());
  }

  @Test
  void k15_five_conditions_say_that_the_node_is_well() {
    assertThat(template(declaring(Templates.worker("4", "8Gi"))).getStatus().getConditionsList())
        .extracting(WireNodeCondition::getType, WireNodeCondition::getStatus)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("Ready", "True"),
            org.assertj.core.groups.Tuple.tuple("MemoryPressure", "False"),
            org.assertj.core.groups.Tuple.tuple("DiskPressure", "False"),
            org.assertj.core.groups.Tuple.tuple("PIDPressure", "False"),
            org.assertj.core.groups.Tuple.tuple("NetworkUnavailable", "False"));
  }

  @Test
  void the_machine_that_would_be_picked_next_is_drawn() {
    Rack rack = Rack.standard().ready("a");
    rack.machine(declared("b").price("0.2", "0").template(Templates.worker("32", "64Gi")));
    rack.machine(declared("c").price("0.1", "0").template(Templates.worker("4", "8Gi")));
    assertThat(capacity(template(rack), "cpu")).isEqualTo("4");
  }

  @Test
  void what_was_remembered_outweighs_what_was_declared() {
    Rack rack = Rack.standard();
    rack.machine(
        declared("m1")
            .template(Templates.worker("32", "64Gi"))
            .status(Statuses.OFF.remembering(Templates.worker("4", "8Gi"), Optional.empty())));
    assertThat(capacity(template(rack), "cpu")).isEqualTo("4");
  }

  @Test
  void a_machine_of_which_nothing_is_known_is_drawn_like_another_member() {
    Rack rack = Rack.standard().off("a");
    var resources = Map.of("cpu", "6", "memory", "16Gi");
    rack.node(
        KubernetesNodeBuilder.node("b")
            .resources(resources, resources)
            .label("kubernetes.io/hostname", "b")
            .taint(Taint.TO_BE_DELETED, "1", "NoSchedule"));
    rack.machine(declared("b").desired(PowerState.ON).status(Statuses.READY));
    WireNode node = template(rack);
    assertThat(capacity(node, "cpu")).isEqualTo("6");
    assertThat(node.getMetadata().getLabelsMap()).doesNotContainKey("kubernetes.io/hostname");
    assertThat(node.getSpec().getTaintsList()).isEmpty();
  }

  @Test
  void the_provider_id_leads_back_to_the_group_and_to_no_machine() {
    Rack rack = declaring(Templates.worker("4", "8Gi"));
    String id = template(rack).getSpec().getProviderId();
    assertThat(rack.groupOf(Rack.node("template-node-for-rack-7", id)).getId()).isEqualTo(GROUP);
    assertThat(rack.fleet.machineByInstanceId(id)).isEmpty();
  }
}
