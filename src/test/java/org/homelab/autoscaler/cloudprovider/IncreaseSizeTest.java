package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncreaseSizeTest {
  private static List<String> picked(Rack rack) {
    return rack.intents.written.stream().map(intent -> intent.machine().name()).toList();
  }

  @Test
  void c23_one_more_is_counted_and_listed_at_once_and_asked_for_once() {
    Rack rack = Rack.standard().ready("m1").off("m2");
    rack.increase(1);
    assertThat(rack.target()).isEqualTo(2);
    assertThat(rack.states())
        .isEqualTo(
            Map.of(
                "homelab://m1", InstanceState.instanceRunning,
                "homelab://m2", InstanceState.instanceCreating));
    assertThat(rack.intents.written).hasSize(1);
    assertThat(rack.intents.written.get(0).desired()).isEqualTo(PowerState.ON);
    assertThat(rack.intents.written.get(0).why()).contains(GROUP);
  }

  @Test
  void c24_two_more_are_two_different_machines() {
    Rack rack = Rack.standard().off("m1", "m2", "m3");
    rack.increase(2);
    assertThat(picked(rack)).containsExactly("m1", "m2");
    assertThat(rack.target()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void c25_a_delta_that_is_not_above_zero_is_refused(int delta) {
    Rack rack = Rack.standard().off("m1");
    Refused.unchanged(rack, Code.INVALID_ARGUMENT, () -> rack.increase(delta));
  }

  @Test
  void c26_increase_beyond_max_is_refused_and_changes_nothing() {
    Rack rack = new Rack().group(GROUP, 0, OptionalInt.of(2)).ready("m1").off("m2", "m3");
    Refused.unchanged(rack, Code.OUT_OF_RANGE, () -> rack.increase(2));
  }

  @Test
  void c27_more_than_can_be_used_is_refused_and_says_what_is_off_limits() {
    Rack rack = Rack.standard().off("m1");
    rack.machine(declared("m2").status(Statuses.OFF).hold(Optional.of(Hold.parse("disk swap"))));
    var refusal = Refused.unchanged(rack, Code.RESOURCE_EXHAUSTED, () -> rack.increase(2));
    assertThat(refusal).hasMessageContaining("m2 (held: disk swap)");
  }

  @Test
  void c28_an_unknown_group_is_not_found_and_none_at_all_is_a_wrong_request() {
    Rack rack = Rack.standard().off("m1");
    Refused.with(
        Code.NOT_FOUND,
        () ->
            rack.provider.nodeGroupIncreaseSize(
                NodeGroupIncreaseSizeRequest.newBuilder().setId("attic").setDelta(1).build()));
    Refused.with(
        Code.INVALID_ARGUMENT,
        () ->
            rack.provider.nodeGroupIncreaseSize(
                NodeGroupIncreaseSizeRequest.newBuilder().setDelta(1).build()));
  }

  @Test
  void c29_the_greatest_delta_is_refused_without_overflow() {
    Rack rack = Rack.standard().ready("m1").off("m2");
    Refused.unchanged(rack, Code.OUT_OF_RANGE, () -> rack.increase(Integer.MAX_VALUE));
  }

  @Test
  void c30_only_machines_that_are_off_and_usable_are_picked() {
    Rack rack = Rack.standard().ready("a1").booting("a2").bootFailed("a3").leaving("a4");
    Instant now = rack.now();
    rack.machine(declared("b1").status(Statuses.offAfterFailure(now, 3)));
    rack.machine(declared("b2").status(Statuses.offAfterFailure(now, 1)));
    rack.machine(declared("b3").status(Statuses.OFF).hold(Optional.of(Hold.parse("x"))));
    rack.machine(declared("b4").status(Statuses.OFF).deleting(true));
    rack.machine(declared("b5").status(Statuses.OFF).invalid("spec.pricing: no number"));
    rack.machine(declared("b6").status(Statuses.bootFailed(now, 1)));
    rack.machine(declared("b7").status(Statuses.OFF)).node(KubernetesNodeBuilder.node("b7"));
    rack.machine(declared("b8").status(Statuses.poweringOff(now)));
    rack.off("b9");
    rack.fleet.apply(
        new PowerJob(
            new ObjectKey("lab", "b9-shutdown-1"),
            new ObjectKey("lab", "b9"),
            OperationType.SHUTDOWN,
            PowerJob.State.STOPPING,
            now,
            ""));
    Refused.unchanged(rack, Code.RESOURCE_EXHAUSTED, () -> rack.increase(1));
    rack.off("c1");
    rack.increase(1);
    assertThat(picked(rack)).containsExactly("c1");
  }

  @Test
  void a_failed_machine_is_picked_again_after_its_back_off_or_a_release() {
    Rack rack = Rack.standard();
    rack.machine(declared("m1").status(Statuses.offAfterFailure(rack.now(), 1)));
    rack.machine(
        declared("m2")
            .status(Statuses.offAfterFailure(rack.now(), 9))
            .release(Optional.of("fixed the cable")));
    rack.increase(1);
    assertThat(picked(rack)).containsExactly("m2");
    rack.clock.pass(Duration.ofMinutes(1));
    rack.increase(1);
    assertThat(picked(rack)).containsExactly("m2", "m1");
  }

  @Test
  void machines_are_picked_by_failures_then_rate_then_rest_then_name() {
    Rack rack = Rack.standard();
    Instant now = rack.now();
    rack.machine(declared("a").price("0.01", "0.001").status(Statuses.offAfterFailure(now, 1)));
    rack.clock.pass(Duration.ofHours(1));
    rack.machine(declared("b").status(Statuses.OFF));
    rack.machine(declared("c").price("0.09", "0.001").status(Statuses.OFF));
    var rested = Statuses.OFF.succeeded(OperationType.SHUTDOWN, now);
    var tired = Statuses.OFF.succeeded(OperationType.SHUTDOWN, now.plusSeconds(60));
    rack.machine(declared("d").price("0.05", "0.001").status(tired));
    rack.machine(declared("e").price("0.05", "0.001").status(rested));
    rack.machine(declared("f").price("0.050", "0.001").status(rested));
    rack.increase(6);
    assertThat(picked(rack)).containsExactly("e", "f", "d", "c", "b", "a");
  }

  @Test
  void c31_of_two_at_once_with_one_machine_left_exactly_one_succeeds() throws Exception {
    for (int round = 0; round < 50; round++) {
      Rack rack = Rack.standard().off("m1");
      CloudProviderService other = rack.provider(rack.intents);
      var request = NodeGroupIncreaseSizeRequest.newBuilder().setId(GROUP).setDelta(1).build();
      int granted =
          together(
              () -> rack.provider.nodeGroupIncreaseSize(request),
              () -> other.nodeGroupIncreaseSize(request));
      assertThat(granted).isOne();
      assertThat(rack.target()).isOne();
      assertThat(rack.intents.written).hasSize(1);
    }
  }

  private static int together(Callable<?> one, Callable<?> other) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      int granted = 0;
      for (Future<?> call : pool.invokeAll(List.<Callable<Object>>of(one::call, other::call))) {
        granted += granted(call) ? 1 : 0;
      }
      return granted;
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean granted(Future<?> call) throws InterruptedException {
    try {
      call.get();
      return true;
    } catch (java.util.concurrent.ExecutionException refused) {
      assertThat(refused).hasCauseInstanceOf(ProviderException.class);
      return false;
    }
  }

  @Test
  void somebody_elses_change_in_between_is_planned_around() {
    Rack rack = Rack.standard().off("m1", "m2");
    rack.intents.before =
        group -> {
          rack.intents.before = none -> {};
          rack.machine(
              declared("m1")
                  .status(Statuses.OFF)
                  .hold(Optional.of(Hold.parse("just now")))
                  .revision("2"));
        };
    rack.increase(1);
    assertThat(picked(rack)).containsExactly("m2");
    assertThat(rack.target()).isOne();
  }

  @Test
  void a_group_that_keeps_changing_ends_in_aborted_with_nothing_done() {
    Rack rack = Rack.standard().off("m1");
    rack.intents.before =
        group -> rack.fleet.apply(FleetIntents.touched(group.machines().get(0).declared()));
    Refused.unchanged(rack, Code.ABORTED, () -> rack.increase(1));
  }
}
