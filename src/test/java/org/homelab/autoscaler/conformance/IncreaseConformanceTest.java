package org.homelab.autoscaler.conformance;

import static clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState.instanceCreating;
import static io.grpc.Status.Code.DEADLINE_EXCEEDED;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.OUT_OF_RANGE;
import static io.grpc.Status.Code.RESOURCE_EXHAUSTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.conformance.Refusals.refused;
import static org.homelab.autoscaler.conformance.Refusals.refusedUnchanged;

import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.simulator.CommitHook;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many machines a group is meant to have on, and how CA asks for more. */
@OverTheWire
class IncreaseConformanceTest {
  private final Homelab homelab;
  private final ProviderClient ca;

  IncreaseConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  private static long asked(Shelf shelf, String... machines) {
    return List.of(machines).stream()
        .filter(name -> shelf.machines().node(name).getSpec().powerState() == PowerState.ON)
        .count();
  }

  @Test
  void c20_the_target_is_the_number_of_instances_that_are_not_deleting() {
    Shelf shelf =
        homelab.shelf("c20").ready("a").booting("b").queued("c").failed("d").leaving("e").off("f");
    assertThat(shelf.instances()).hasSize(5);
    assertThat(shelf.state("e")).isEqualTo(InstanceState.instanceDeleting);
    assertThat(shelf.target()).isEqualTo(4);
  }

  @Test
  void c21_the_target_of_an_unknown_group_is_not_found() {
    assertThat(refused(NOT_FOUND, () -> ca.targetSize("c21-nowhere"))).contains("c21-nowhere");
  }

  @Test
  void c22_the_target_of_no_group_is_refused() {
    refused(INVALID_ARGUMENT, () -> ca.targetSize(""));
  }

  @Test
  void c23_one_more_is_counted_and_creating_at_once_while_its_power_on_has_no_end() {
    Shelf shelf = homelab.shelf("c23").ready("a").off("b", "c");
    ca.increase("c23", 1);
    assertThat(shelf.target()).isEqualTo(2);
    assertThat(shelf.states()).hasSize(2).containsEntry(shelf.idOf("b"), instanceCreating);
    assertThat(asked(shelf, "b", "c")).isOne();
    shelf.untilGiven("b");
    assertThat(shelf.machines().jobs("b", "startup")).isOne();
    assertThat(shelf.state("b")).isEqualTo(instanceCreating);
  }

  @Test
  void c24_two_more_are_two_different_machines() {
    Shelf shelf = homelab.shelf("c24").off("a", "b", "c");
    ca.increase("c24", 2);
    assertThat(shelf.target()).isEqualTo(2);
    assertThat(shelf.states()).hasSize(2).containsValue(instanceCreating);
    assertThat(asked(shelf, "a", "b", "c")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void c25_a_delta_that_is_not_above_zero_is_refused(int delta) {
    Shelf shelf = homelab.shelf("c25" + Math.abs((long) delta)).off("a");
    refusedUnchanged(shelf, INVALID_ARGUMENT, () -> ca.increase(shelf.id(), delta));
  }

  @Test
  void c26_more_than_the_maximum_is_refused_and_not_cut_down() {
    Shelf shelf = homelab.shelf("c26", "{maxSize: 2}").ready("a").off("b", "c");
    refusedUnchanged(shelf, OUT_OF_RANGE, () -> ca.increase("c26", 2));
    ca.increase("c26", 1);
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.increase("c26", 1));
  }

  @Test
  void c27_more_than_there_are_usable_machines_is_refused_and_says_which_are_off_limits() {
    Shelf shelf = homelab.shelf("c27").off("a", "b");
    shelf.machines().annotate("b", "homelab-autoscaler.dev/hold", "disk swap");
    Homelab.until("the hold is seen", () -> shelf.told().getMaxSize() == 1);
    assertThat(refusedUnchanged(shelf, RESOURCE_EXHAUSTED, () -> ca.increase("c27", 2)))
        .contains("c27-b (held: disk swap)");
  }

  @Test
  void c28_an_unknown_group_is_not_found() {
    refused(NOT_FOUND, () -> ca.increase("c28-nowhere", 1));
  }

  @Test
  void c29_the_greatest_delta_is_refused_without_overflow() {
    Shelf shelf = homelab.shelf("c29").ready("a").off("b");
    refusedUnchanged(shelf, OUT_OF_RANGE, () -> ca.increase("c29", Integer.MAX_VALUE));
  }

  @Test
  void c30_only_a_machine_that_is_off_and_usable_is_picked() {
    Shelf shelf =
        homelab
            .shelf("c30")
            .ready("a")
            .booting("b")
            .failed("c")
            .leaving("d")
            .off("held", "quarantined", "free");
    shelf.machines().annotate("held", "homelab-autoscaler.dev/hold", "");
    shelf
        .machines()
        .remember(
            "quarantined",
            """
            {"failure": {"type": "startup", "reason": "BootTimeout", "message": "",
             "at": "%s", "count": 3}}
            """
                .formatted(Instant.now()));
    Homelab.until("one is left", () -> shelf.told().getMaxSize() == shelf.target() + 1);
    ca.increase("c30", 1);
    assertThat(shelf.state("free")).isEqualTo(instanceCreating);
    refusedUnchanged(shelf, RESOURCE_EXHAUSTED, () -> ca.increase("c30", 1));
  }

  @Test
  void c31_of_two_at_once_with_one_machine_left_exactly_one_is_granted() throws Exception {
    Shelf shelf = homelab.shelf("c31").ready("a").off("b");
    try (ProviderClient other = homelab.anotherCa()) {
      other.refresh();
      assertThat(together(() -> ca.increase("c31", 1), () -> other.increase("c31", 1))).isOne();
    }
    assertThat(shelf.target()).isEqualTo(2);
    shelf.untilGiven("b");
    assertThat(shelf.machines().jobs("b", "startup")).isOne();
  }

  private static int together(Runnable... calls) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(calls.length);
    try {
      int granted = 0;
      List<Callable<Object>> all = List.of(calls).stream().map(Executors::callable).toList();
      for (Future<Object> call : pool.invokeAll(all)) {
        granted += granted(call) ? 1 : 0;
      }
      return granted;
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean granted(Future<Object> call) throws InterruptedException {
    try {
      call.get();
      return true;
    } catch (java.util.concurrent.ExecutionException refused) {
      assertThat(refused).hasCauseInstanceOf(StatusRuntimeException.class);
      return false;
    }
  }

  @Test
  void c32_an_order_whose_answer_comes_too_late_was_carried_out_all_the_same() throws Exception {
    Shelf shelf = homelab.shelf("c32").off("a");
    var committed = new CountDownLatch(1);
    var deadlineOver = new CountDownLatch(1);
    CommitHook.afterEachWrite(
        homelab.api(),
        (resource, name) -> {
          if (name.equals("c32-a") && deadlineOver.getCount() > 0) {
            committed.countDown();
            await(deadlineOver);
          }
        });
    var one = NodeGroupIncreaseSizeRequest.newBuilder().setId("c32").setDelta(1).build();
    refused(
        DEADLINE_EXCEEDED,
        () -> ca.stub().withDeadlineAfter(300, TimeUnit.MILLISECONDS).nodeGroupIncreaseSize(one));
    await(committed);
    deadlineOver.countDown();
    Homelab.until("it counts", () -> shelf.target() == 1);
    assertThat(shelf.states()).isEqualTo(Map.of(shelf.idOf("a"), instanceCreating));
    shelf.untilGiven("a");
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.increase("c32", 1));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  @Test
  void a_group_that_is_being_deleted_or_cannot_be_read_does_not_grow() {
    Shelf shelf = homelab.shelf("cannot-grow", "{maxNodeProvisionTime: soon}").off("a");
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.increase("cannot-grow", 1));
  }
}
