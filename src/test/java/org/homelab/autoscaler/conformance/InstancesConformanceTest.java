package org.homelab.autoscaler.conformance;

import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceCreating;
import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceDeleting;
import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceRunning;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.conformance.Refusals.refused;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceErrorInfo;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/** The machines of a group that CA is told of. */
@OverTheWire
class InstancesConformanceTest {
  private final Homelab homelab;
  private final ProviderClient ca;

  InstancesConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  @Test
  void c70_an_empty_group_has_no_instances() {
    assertThat(homelab.shelf("c70").instances()).isEmpty();
  }

  @Test
  void c71_the_id_is_the_provider_id_of_the_kubernetes_node_byte_for_byte() {
    Shelf shelf = homelab.shelf("c71").joined("a", "k3s://C71/ä b", "").ready("b");
    assertThat(shelf.states()).containsOnlyKeys("k3s://C71/ä b", "homelab://c71-b");
    for (String machine : List.of("a", "b")) {
      assertThat(shelf.states()).containsKey(shelf.real(machine).getProviderID());
    }
  }

  @Test
  void c71_the_id_of_a_boot_is_the_provider_id_that_the_machine_then_joins_with() {
    Shelf shelf = homelab.shelf("c71-boot").declared("a", "providerID: k3s://c71-a").off("b");
    ca.increase("c71-boot", 2);
    assertThat(shelf.states()).containsOnlyKeys("k3s://c71-a", "homelab://c71-boot-b");
    for (String machine : List.of("a", "b")) {
      shelf.untilGiven(machine);
      shelf.machines().endJob(machine, "Complete", "");
      shelf.machines().join(machine, "", Map.of());
    }
    Homelab.until("both run", () -> !shelf.states().containsValue(instanceCreating));
    assertThat(shelf.states())
        .isEqualTo(Map.of("k3s://c71-a", instanceRunning, "homelab://c71-boot-b", instanceRunning));
    Homelab.until("it is told its id", () -> !shelf.real("a").getProviderID().isEmpty());
    assertThat(shelf.real("a").getProviderID()).isEqualTo("k3s://c71-a");
  }

  @Test
  void c72_the_states_are_those_of_the_truth_table() {
    Shelf shelf =
        homelab
            .shelf("c72")
            .ready("works", "crashed", "held")
            .queued("queued")
            .booting("boots")
            .failed("failed")
            .leaving("leaves")
            .off("off");
    shelf.machines().silence("crashed");
    shelf.machines().annotate("held", "homelab-autoscaler.dev/hold", "");
    shelf.machines().appear("boots");
    Homelab.until("the hold is seen", () -> !shelf.states().containsKey(shelf.idOf("held")));
    shelf.untilStatus("crashed", status -> "NodeNotReady".equals(status.reason()));
    assertThat(shelf.states())
        .isEqualTo(
            Map.of(
                shelf.idOf("works"), instanceRunning,
                shelf.idOf("crashed"), instanceRunning,
                shelf.idOf("queued"), instanceCreating,
                shelf.idOf("boots"), instanceCreating,
                shelf.idOf("failed"), instanceCreating,
                shelf.idOf("leaves"), instanceDeleting));
    assertThat(shelf.target()).isEqualTo(5);
  }

  @Test
  void c73_an_error_is_told_only_while_creating_with_a_code_and_a_class() {
    Shelf shelf = homelab.shelf("c73").ready("a").booting("b").failed("c").leaving("d");
    for (Instance instance : shelf.instances()) {
      assertThat(instance.getStatus().hasErrorInfo())
          .isEqualTo(instance.getId().equals(shelf.idOf("c")));
    }
    assertThat(shelf.state("c")).isEqualTo(instanceCreating);
    InstanceErrorInfo error =
        shelf.instances().stream()
            .filter(one -> one.getId().equals(shelf.idOf("c")))
            .findFirst()
            .orElseThrow()
            .getStatus()
            .getErrorInfo();
    assertThat(error.getErrorCode()).isEqualTo("JobFailed");
    assertThat(error.getErrorMessage()).contains("no route to the BMC");
    assertThat(error.getInstanceErrorClass()).isIn(1, 99);
  }

  @Test
  void c74_a_machine_that_is_off_or_held_is_not_listed() {
    Shelf shelf = homelab.shelf("c74").off("a").ready("b");
    shelf.machines().annotate("b", "homelab-autoscaler.dev/hold", "");
    Homelab.until("the hold is seen", () -> shelf.instances().isEmpty());
    assertThat(shelf.target()).isZero();
  }

  @Test
  void c75_the_instances_of_an_unknown_group_are_not_found() {
    refused(NOT_FOUND, () -> ca.instances("c75-nowhere"));
  }

  @Test
  void c76_the_order_is_stable_and_nothing_is_told_twice() {
    Shelf shelf = homelab.shelf("c76").ready("b", "a", "c");
    assertThat(shelf.instances())
        .extracting(Instance::getId)
        .containsExactly(shelf.idOf("a"), shelf.idOf("b"), shelf.idOf("c"));
    assertThat(shelf.instances()).isEqualTo(shelf.instances());
  }

  /** The target only rises, then only falls: if it is the same before and after, it was between. */
  @Test
  void c77_whoever_asks_while_orders_run_sees_target_and_instances_agree() {
    String[] machines = {"a", "b", "c", "d", "e", "f"};
    Shelf shelf = homelab.shelf("c77").off(machines);
    compareDuring(shelf, () -> orderUp(shelf, machines.length));
    assertThat(shelf.target()).isEqualTo(machines.length);
    compareDuring(shelf, () -> orderDown(shelf, machines));
    assertThat(shelf.target()).isZero();
  }

  private void orderUp(Shelf shelf, int times) {
    for (int i = 0; i < times; i++) {
      ca.increase(shelf.id(), 1);
    }
  }

  private void orderDown(Shelf shelf, String... machines) {
    for (String machine : machines) {
      ca.delete(shelf.id(), shelf.fake(machine, "unregistered"));
    }
  }

  private void compareDuring(Shelf shelf, Runnable orders) {
    CompletableFuture<Void> running = CompletableFuture.runAsync(orders);
    int compared = 0;
    try (ProviderClient observer = homelab.anotherCa()) {
      while (!running.isDone() || compared == 0) {
        int before = observer.targetSize(shelf.id());
        List<Instance> instances = observer.instances(shelf.id());
        int after = observer.targetSize(shelf.id());
        if (before == after) {
          compared++;
          assertThat(instances)
              .filteredOn(one -> one.getStatus().getInstanceState() != instanceDeleting)
              .hasSize(before);
          assertThat(instances).extracting(Instance::getId).doesNotHaveDuplicates();
        }
      }
    }
    running.join();
  }
}
