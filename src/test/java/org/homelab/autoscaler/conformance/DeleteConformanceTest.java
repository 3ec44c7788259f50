package org.homelab.autoscaler.conformance;

import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceDeleting;
import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceRunning;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.conformance.Homelab.NAMESPACE;
import static org.homelab.autoscaler.conformance.Refusals.refusedUnchanged;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/** How CA gives machines up. */
@OverTheWire
class DeleteConformanceTest {
  private final Homelab homelab;
  private final ProviderClient ca;

  DeleteConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  private static ExternalGrpcNode node(String name, String providerId) {
    return ExternalGrpcNode.newBuilder().setName(name).setProviderID(providerId).build();
  }

  @Test
  void c50_a_machine_at_work_leaves_the_target_at_once_while_its_power_off_has_no_end() {
    Shelf shelf = homelab.shelf("c50").ready("a", "b");
    ca.delete("c50", shelf.real("a"));
    assertThat(shelf.target()).isOne();
    assertThat(shelf.states())
        .isEqualTo(Map.of(shelf.idOf("a"), instanceDeleting, shelf.idOf("b"), instanceRunning));
    shelf.untilGiven("a");
    assertThat(shelf.machines().jobs("a", "shutdown")).isOne();
    assertThat(shelf.machines().jobs("b")).isEmpty();
  }

  @Test
  void c51_the_same_again_changes_nothing_whether_it_is_going_or_off() {
    Shelf shelf = homelab.shelf("c51").ready("stays").leaving("a");
    ExternalGrpcNode gone = shelf.real("a");
    Object before = shelf.picture();
    ca.delete("c51", gone);
    assertThat(shelf.picture()).isEqualTo(before);

    shelf.machines().silence("a");
    shelf.machines().endJob("a", "Complete", "");
    shelf.untilStatus("a", status -> "shutdown".equals(status.progress()));
    ca.delete("c51", gone);
    assertThat(shelf.target()).isOne();
    assertThat(shelf.states()).containsOnlyKeys(shelf.idOf("stays"));
    assertThat(shelf.machines().jobs("a", "shutdown")).isOne();
  }

  @Test
  void c52_an_unregistered_machine_that_boots_is_given_up_and_its_power_on_is_stopped() {
    Shelf shelf = homelab.shelf("c52").booting("a").queued("b");
    ca.delete("c52", shelf.fake("a", "unregistered"));
    assertThat(shelf.target()).isOne();
    assertThat(shelf.state("a")).isEqualTo(instanceDeleting);
    Homelab.until(
        "its Job is stopped",
        () -> shelf.machines().jobs("a").get(0).getMetadata().getDeletionTimestamp() != null);
    assertThat(shelf.machines().node("a").getMetadata().getAnnotations())
        .as("which power-on was lost")
        .containsEntry("homelab-autoscaler.dev/given-up", "1");
    ca.delete("c52", shelf.fake("b", "unregistered"));
    assertThat(shelf.target()).isZero();
    assertThat(shelf.machines().jobs("b", "startup")).isZero();
  }

  @Test
  void c53_a_machine_whose_boot_failed_is_given_up_switched_off_for_certain_and_quarantined() {
    Shelf shelf = homelab.shelf("c53").off("a");
    shelf
        .machines()
        .remember(
            "a",
            """
            {"failure": {"type": "startup", "reason": "BootTimeout", "message": "",
             "at": "2026-01-01T00:00:00Z", "count": 2}}
            """);
    Homelab.until(
        "it is seen", () -> shelf.machines().node("a").getStatus().failure().count() == 2);
    ca.increase("c53", 1);
    shelf.untilGiven("a");
    shelf.machines().endJob("a", "Failed", "no route to the BMC");
    shelf.untilStatus("a", status -> status.failure().count() == 3);
    ca.delete("c53", shelf.fake("a", "create-error"));
    assertThat(shelf.target()).isZero();
    assertThat(shelf.state("a")).isEqualTo(instanceDeleting);
    Homelab.until("it is switched off", () -> shelf.machines().jobs("a", "shutdown") == 1);
    shelf.untilGiven("a");
    shelf.machines().endJob("a", "Complete", "");
    Homelab.until("it is off", () -> shelf.instances().isEmpty());
    assertThat(shelf.told().getMaxSize()).isZero();
    assertThat(shelf.told().getDebug()).contains("c53-a (quarantined");
  }

  @Test
  void c54_a_machine_at_work_is_not_switched_off_as_unregistered_and_its_owner_is_told() {
    Shelf shelf = homelab.shelf("c54").joined("a", "k3s://c54-a", "");
    for (String reason : List.of("unregistered", "create-error")) {
      String words =
          refusedUnchanged(
              shelf, FAILED_PRECONDITION, () -> ca.delete("c54", shelf.fake("a", reason)));
      assertThat(words).contains("k3s://c54-a", reason);
    }
    assertThat(
            homelab
                .kubectl()
                .events()
                .v1()
                .events()
                .inNamespace(NAMESPACE)
                .list()
                .getItems()
                .stream()
                .filter(event -> "c54-a".equals(event.getRegarding().getName()))
                .filter(event -> "OrderRefused".equals(event.getReason())))
        .hasSize(2);
    assertThat(shelf.machines().jobs("a")).isEmpty();
  }

  @Test
  void c55_a_machine_of_another_group_is_refused() {
    Shelf shelf = homelab.shelf("c55").ready("a");
    Shelf other = homelab.shelf("c55-other").ready("a");
    refusedUnchanged(other, FAILED_PRECONDITION, () -> ca.delete("c55", other.real("a")));
    assertThat(shelf.target()).isOne();
  }

  @Test
  void c56_an_unknown_node_is_not_found() {
    Shelf shelf = homelab.shelf("c56").ready("a");
    String name = shelf.machines().nodeName("a");
    refusedUnchanged(shelf, NOT_FOUND, () -> ca.delete("c56", node("stranger", "aws:///i-1")));
    refusedUnchanged(shelf, NOT_FOUND, () -> ca.delete("c56", node(name, "aws:///i-1")));
    refusedUnchanged(
        shelf, INVALID_ARGUMENT, () -> ca.delete("c56", ExternalGrpcNode.getDefaultInstance()));
  }

  @Test
  void c57_one_bad_node_refuses_the_whole_batch() {
    Shelf shelf = homelab.shelf("c57").ready("a", "b");
    refusedUnchanged(
        shelf,
        NOT_FOUND,
        () -> ca.delete("c57", shelf.real("a"), node("stranger", ""), shelf.real("b")));
  }

  @Test
  void c58_a_machine_named_more_than_once_counts_once() {
    Shelf shelf = homelab.shelf("c58").ready("a", "b");
    ca.delete(
        "c58",
        shelf.real("a"),
        node(shelf.machines().nodeName("a"), ""),
        node("", shelf.idOf("a")));
    assertThat(shelf.target()).isOne();
  }

  @Test
  void c59_an_empty_list_is_done_already() {
    Shelf shelf = homelab.shelf("c59").ready("a");
    Object before = shelf.picture();
    ca.delete("c59");
    assertThat(shelf.picture()).isEqualTo(before);
  }

  @Test
  void c60_below_the_minimum_only_machines_that_never_came_are_given_up() {
    Shelf shelf = homelab.shelf("c60", "{minSize: 2}").ready("a").booting("b");
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.delete("c60", shelf.real("a")));
    ca.delete("c60", shelf.fake("b", "unregistered"));
    assertThat(shelf.target()).isOne();

    Shelf failed = homelab.shelf("c60-failed", "{minSize: 1}").failed("a");
    ca.delete("c60-failed", failed.fake("a", "create-error"));
    assertThat(failed.target()).isZero();
  }

  @Test
  void c61_an_unknown_group_is_not_found() {
    Shelf shelf = homelab.shelf("c61").ready("a");
    refusedUnchanged(shelf, NOT_FOUND, () -> ca.delete("c61-nowhere", shelf.real("a")));
  }

  @Test
  void c62_the_provider_id_decides_and_the_name_where_there_is_none() {
    Shelf shelf = homelab.shelf("c62").ready("a", "b", "c");
    ca.delete("c62", node(shelf.machines().nodeName("c"), shelf.idOf("a")));
    ca.delete("c62", node(shelf.machines().nodeName("b"), ""));
    assertThat(List.of(shelf.state("a"), shelf.state("b"), shelf.state("c")))
        .containsExactly(instanceDeleting, instanceDeleting, instanceRunning);
  }

  @Test
  void c63_different_machines_at_once_are_each_taken_once() {
    Shelf shelf = homelab.shelf("c63").ready("a", "b", "c", "d");
    Stream.of("a", "b", "c").map(shelf::real).toList().parallelStream()
        .forEach(node -> ca.delete("c63", node));
    assertThat(shelf.target()).isOne();
    assertThat(shelf.state("d")).isEqualTo(instanceRunning);
    for (String machine : List.of("a", "b", "c")) {
      shelf.untilGiven(machine);
      assertThat(shelf.machines().jobs(machine, "shutdown")).isOne();
    }
  }

  @Test
  void c64_a_machine_taken_back_by_a_decrease_is_not_taken_a_second_time() {
    Shelf shelf = homelab.shelf("c64").ready("a").queued("b");
    ExternalGrpcNode queued = shelf.fake("b", "unregistered");
    ca.decrease("c64", -1);
    ca.delete("c64", queued);
    assertThat(shelf.target()).isOne();
    assertThat(shelf.states()).containsOnlyKeys(shelf.idOf("a"));
  }

  @Test
  void c65_the_taint_that_ca_sets_before_is_not_needed() {
    Shelf shelf = homelab.shelf("c65").ready("a", "b");
    homelab
        .kubectl()
        .nodes()
        .withName(shelf.machines().nodeName("a"))
        .edit(
            node ->
                node.edit()
                    .editSpec()
                    .addNewTaint("NoSchedule", "ToBeDeletedByClusterAutoscaler", null, "1")
                    .endSpec()
                    .build());
    ca.delete("c65", shelf.real("a"));
    ca.delete("c65", shelf.real("b"));
    assertThat(shelf.target()).isZero();
  }
}
