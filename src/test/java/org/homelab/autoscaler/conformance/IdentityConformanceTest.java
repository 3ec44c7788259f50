package org.homelab.autoscaler.conformance;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.conformance.Refusals.refused;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/** Which groups there are, and which of them a Kubernetes node belongs to. */
@OverTheWire
class IdentityConformanceTest {
  private static final String HOLD = "homelab-autoscaler.dev/hold";

  private final Homelab homelab;
  private final ProviderClient ca;

  IdentityConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  private NodeGroup groupOf(ExternalGrpcNode node) {
    return ca.stub()
        .nodeGroupForNode(NodeGroupForNodeRequest.newBuilder().setNode(node).build())
        .getNodeGroup();
  }

  private static ExternalGrpcNode node(String name, String providerId) {
    return ExternalGrpcNode.newBuilder().setName(name).setProviderID(providerId).build();
  }

  @Test
  void c01_a_client_that_has_never_refreshed_is_told_every_group() {
    homelab.shelf("c01-one", "{minSize: 1, maxSize: 2}").off("a", "b", "c");
    homelab.shelf("c01-other");
    try (ProviderClient fresh = homelab.anotherCa()) {
      List<NodeGroup> groups = fresh.groups();
      assertThat(groups).extracting(NodeGroup::getId).contains("c01-one", "c01-other");
      assertThat(groups).extracting(NodeGroup::getId).doesNotHaveDuplicates().doesNotContain("");
      assertThat(groups)
          .allSatisfy(
              group ->
                  assertThat(0)
                      .isLessThanOrEqualTo(group.getMinSize())
                      .isLessThanOrEqualTo(group.getMaxSize())
                      .satisfies(
                          zero ->
                              assertThat(group.getMinSize())
                                  .isLessThanOrEqualTo(group.getMaxSize())));
    }
  }

  @Test
  void c03_a_machine_under_a_hold_lowers_the_maximum_by_one() {
    Shelf shelf = homelab.shelf("c03").off("a", "b");
    assertThat(shelf.told().getMaxSize()).isEqualTo(2);
    shelf.machines().annotate("b", HOLD, "disk swap");
    Homelab.until("the hold is seen", () -> shelf.told().getMaxSize() == 1);
    assertThat(shelf.told().getDebug()).contains("c03-b (held: disk swap)");
  }

  @Test
  void c04_a_group_that_comes_or_goes_is_told_after_a_refresh_and_the_others_keep_their_ids() {
    Shelf stays = homelab.shelf("c04-stays").ready("a");
    homelab.shelf("c04-goes");
    homelab
        .kubectl()
        .resources(Group.class)
        .inNamespace(Homelab.NAMESPACE)
        .withName("c04-goes")
        .delete();
    Homelab.until(
        "the group is forgotten",
        () -> {
          ca.refresh();
          return ca.groups().stream().noneMatch(group -> group.getId().equals("c04-goes"));
        });
    assertThat(stays.states()).containsOnlyKeys(stays.idOf("a"));
    assertThat(ca.groupFor(stays.real("a"))).isEqualTo("c04-stays");
  }

  @Test
  void c05_a_provider_id_leads_to_the_group_with_its_sizes() {
    Shelf shelf = homelab.shelf("c05", "{minSize: 1, maxSize: 2}").ready("a").off("b");
    NodeGroup group = groupOf(node("whatever", shelf.idOf("a")));
    assertThat(group).isEqualTo(shelf.told());
    assertThat(List.of(group.getMinSize(), group.getMaxSize())).containsExactly(1, 2);
  }

  @Test
  void c06_without_a_provider_id_the_name_of_the_kubernetes_node_leads_to_the_group() {
    Shelf shelf = homelab.shelf("c06").ready("a");
    assertThat(ca.groupFor(node(shelf.machines().nodeName("a"), ""))).isEqualTo("c06");
  }

  @Test
  void c07_a_known_name_with_a_foreign_provider_id_is_none_of_ours() {
    Shelf shelf = homelab.shelf("c07").ready("a", "b");
    assertThat(ca.groupFor(node(shelf.machines().nodeName("a"), "aws:///i-1"))).isEmpty();
    assertThat(ca.groupFor(node(shelf.machines().nodeName("a"), shelf.idOf("b")))).isEqualTo("c07");
  }

  @Test
  void c08_a_stranger_and_the_control_plane_belong_to_no_group() {
    assertThat(ca.groupFor(node("control-plane", "k3s://control-plane"))).isEmpty();
    Shelf shelf = homelab.shelf("c08");
    shelf.machines().join("a", "k3s://c08-a", Map.of("node-role.kubernetes.io/control-plane", ""));
    shelf.machines().describe("a", "on", "");
    Homelab.until("it is off limits", () -> shelf.told().getDebug().contains("control plane"));
    assertThat(ca.groupFor(node(shelf.machines().nodeName("a"), "k3s://c08-a"))).isEmpty();
  }

  @Test
  void c09_a_request_without_a_node_is_refused() {
    refused(
        INVALID_ARGUMENT,
        () -> ca.stub().nodeGroupForNode(NodeGroupForNodeRequest.getDefaultInstance()));
  }

  @Test
  void c10_the_stand_in_for_a_booting_machine_belongs_to_its_group() {
    Shelf shelf = homelab.shelf("c10").booting("a").declared("b", "providerID: k3s://c10-b");
    ca.increase("c10", 1);
    assertThat(shelf.states()).containsOnlyKeys(shelf.idOf("a"), "k3s://c10-b");
    for (String id : shelf.states().keySet()) {
      assertThat(ca.groupFor(ProviderClient.fake(id, "unregistered"))).isEqualTo("c10");
    }
  }

  @Test
  void c10_the_id_of_a_boot_still_leads_to_the_machine_that_joined_with_another() {
    Shelf shelf = homelab.shelf("c10-other").joined("a", "k3s://c10-other", "");
    assertThat(ca.groupFor(shelf.fake("a", "unregistered"))).isEqualTo("c10-other");
  }

  @Test
  void c11_a_node_that_ca_made_up_without_an_id_belongs_to_no_group() {
    homelab.shelf("c11").ready("a");
    var made =
        node("template-node-for-c11-7-upcoming-0", "").toBuilder()
            .putLabels("cluster-autoscaler.kubernetes.io/template-node", "true")
            .putAnnotations("cluster-autoscaler.k8s.io/upcoming-node", "true")
            .build();
    assertThat(ca.groupFor(made)).isEmpty();
    assertThat(ca.groupFor(node("template-node-for-c11-7", "homelab://c11/template")))
        .isEqualTo("c11");
  }

  @Test
  void c12_the_stale_node_of_a_machine_that_is_off_belongs_to_no_group() {
    Shelf shelf = homelab.shelf("c12").leaving("a");
    ExternalGrpcNode stale = shelf.real("a");
    assertThat(ca.groupFor(stale)).isEqualTo("c12");
    shelf.machines().silence("a");
    shelf.machines().endJob("a", "Complete", "");
    shelf.untilStatus("a", status -> "shutdown".equals(status.progress()));
    // The API server tells of it a moment before the writer has heard that it was written.
    Homelab.until("it is off to CA too", () -> ca.groupFor(stale).isEmpty());
  }

  @Test
  void c13_a_machine_under_a_hold_belongs_to_no_group_and_does_not_count() {
    Shelf shelf = homelab.shelf("c13").ready("a");
    shelf.machines().annotate("a", HOLD, "disk swap");
    Homelab.until("the hold is seen", () -> ca.groupFor(shelf.real("a")).isEmpty());
    assertThat(shelf.target()).isZero();
    assertThat(shelf.instances()).isEmpty();
  }

  @Test
  void c14_a_thousand_questions_are_answered_while_the_kubernetes_api_is_silent() {
    Shelf shelf = homelab.shelf("c14").ready("a").off("b");
    ExternalGrpcNode real = shelf.real("a");
    List<String> tried =
        homelab
            .traffic()
            .during(
                () -> {
                  for (int i = 0; i < 1_000; i++) {
                    assertThat(ca.groupFor(real)).isEqualTo("c14");
                  }
                });
    assertThat(tried).noneMatch(request -> request.startsWith("grpc"));
  }
}
