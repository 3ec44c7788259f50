package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.power.PowerPolicy;
import org.junit.jupiter.api.Test;

class DeleteNodesTest {
  private static List<String> deleted(Rack rack) {
    return rack.intents.written.stream()
        .filter(intent -> intent.desired() == PowerState.OFF)
        .map(intent -> intent.machine().name())
        .toList();
  }

  @Test
  void c50_a_ready_machine_leaves_the_target_at_once_and_is_deleting() {
    Rack rack = Rack.standard().ready("m1", "m2");
    rack.delete(Rack.node("m1"));
    assertThat(rack.target()).isOne();
    assertThat(rack.states())
        .isEqualTo(
            Map.of(
                "homelab://m1", InstanceState.instanceDeleting,
                "homelab://m2", InstanceState.instanceRunning));
    assertThat(deleted(rack)).containsExactly("m1");
  }

  @Test
  void c51_the_same_again_changes_nothing_whether_it_is_going_or_off() {
    Rack rack = Rack.standard().leaving("m1").off("m2");
    rack.delete(Rack.node("m1"));
    rack.delete(Rack.node("m2"));
    assertThat(rack.intents.written).isEmpty();
    assertThat(rack.target()).isZero();
  }

  @Test
  void c52_an_unregistered_machine_that_boots_is_given_up() {
    Rack rack = Rack.standard().booting("m1").queued("m2");
    rack.delete(Rack.fake("homelab://m1", "unregistered"));
    rack.delete(Rack.fake("homelab://m2", "unregistered"));
    assertThat(rack.target()).isZero();
    assertThat(rack.states()).isEqualTo(Map.of("homelab://m1", InstanceState.instanceDeleting));
    assertThat(deleted(rack)).containsExactly("m1", "m2");
  }

  @Test
  void c53_a_machine_whose_boot_failed_is_given_up_and_rests() {
    Rack rack = Rack.standard().bootFailed("m1");
    rack.delete(Rack.fake("homelab://m1", "create-error"));
    assertThat(rack.target()).isZero();
    assertThat(rack.states()).isEqualTo(Map.of("homelab://m1", InstanceState.instanceDeleting));
    assertThat(rack.group().getMaxSize()).isZero();
  }

  @Test
  void c54_a_machine_whose_node_is_ready_is_not_switched_off_as_unregistered() {
    Rack rack = Rack.standard();
    rack.node(KubernetesNodeBuilder.node("m1").providerId(Optional.of("k3s://m1")));
    rack.machine(declared("m1").desired(PowerState.ON).status(Statuses.READY));
    for (String reason : new String[] {"unregistered", "create-error"}) {
      var refusal =
          Refused.unchanged(
              rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.fake("homelab://m1", reason)));
      assertThat(refusal).hasMessageContaining("k3s://m1").hasMessageContaining(reason);
    }
    assertThat(rack.intents.alerts)
        .hasSize(2)
        .allSatisfy(alert -> assertThat(alert.machine().name()).isEqualTo("m1"));
  }

  @Test
  void c55_a_machine_of_another_group_or_of_none_is_refused() {
    Rack rack = Rack.standard().ready("m1").group("attic", 0, OptionalInt.empty());
    rack.machine(declared("m2").group("attic").desired(PowerState.ON).status(Statuses.READY));
    rack.machine(declared("m3").group("gone").desired(PowerState.ON).status(Statuses.READY));
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m2")));
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m3")));
  }

  @Test
  void c56_an_unknown_node_is_not_found() {
    Rack rack = Rack.standard().ready("m1");
    Refused.unchanged(rack, Code.NOT_FOUND, () -> rack.delete(Rack.node("m9")));
    Refused.unchanged(rack, Code.NOT_FOUND, () -> rack.delete(Rack.node("m1", "aws:///i-1")));
    Refused.unchanged(
        rack, Code.INVALID_ARGUMENT, () -> rack.delete(ExternalGrpcNode.getDefaultInstance()));
  }

  @Test
  void c57_one_bad_node_refuses_the_whole_batch() {
    Rack rack = Rack.standard().ready("m1", "m2");
    Refused.unchanged(rack, Code.NOT_FOUND, () -> rack.delete(Rack.node("m1"), Rack.node("m9")));
  }

  @Test
  void c58_a_machine_named_twice_counts_once() {
    Rack rack = Rack.standard().ready("m1", "m2");
    rack.delete(Rack.node("m1"), Rack.node("m1", ""), Rack.node("", "homelab://m1"));
    assertThat(rack.target()).isOne();
    assertThat(deleted(rack)).containsExactly("m1");
  }

  @Test
  void c59_an_empty_list_is_done_already() {
    Rack rack = Rack.standard().ready("m1");
    rack.delete();
    assertThat(rack.intents.written).isEmpty();
  }

  @Test
  void c60_below_the_minimum_only_machines_that_never_came_are_given_up() {
    Rack rack = new Rack().group(GROUP, 2, OptionalInt.empty()).ready("m1").booting("m2");
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m1")));
    Refused.unchanged(
        rack,
        Code.FAILED_PRECONDITION,
        () -> rack.delete(Rack.node("m1"), Rack.fake("homelab://m2", "unregistered")));
    rack.delete(Rack.fake("homelab://m2", "unregistered"));
    assertThat(rack.target()).isOne();

    Rack failed = new Rack().group(GROUP, 1, OptionalInt.empty()).bootFailed("m1");
    failed.delete(Rack.fake("homelab://m1", "create-error"));
    assertThat(failed.target()).isZero();
  }

  @Test
  void c61_an_unknown_group_is_not_found() {
    Rack rack = Rack.standard().ready("m1");
    Refused.with(
        Code.NOT_FOUND,
        () ->
            rack.provider.nodeGroupDeleteNodes(
                NodeGroupDeleteNodesRequest.newBuilder()
                    .setId("attic")
                    .addNodes(Rack.node("m1"))
                    .build()));
  }

  @Test
  void c62_the_provider_id_decides_and_the_name_where_there_is_none() {
    Rack rack = Rack.standard().ready("m1", "m2", "m3");
    rack.delete(Rack.node("m3", "homelab://m1"));
    rack.delete(Rack.node("m2", ""));
    assertThat(deleted(rack)).containsExactly("m1", "m2");
  }

  @Test
  void c63_different_machines_at_once_are_each_taken_once() throws Exception {
    Rack rack = Rack.standard().ready("m1", "m2", "m3", "m4");
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Object>> calls =
          List.of("m1", "m2", "m3", "m1").stream()
              .map(
                  name ->
                      (Callable<Object>)
                          () -> {
                            rack.delete(Rack.node(name));
                            return name;
                          })
              .toList();
      for (Future<Object> call : pool.invokeAll(calls)) {
        call.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(deleted(rack)).containsExactlyInAnyOrder("m1", "m2", "m3");
    assertThat(rack.target()).isOne();
  }

  @Test
  void c64_a_machine_given_up_by_a_decrease_is_not_taken_a_second_time() {
    Rack rack = Rack.standard().ready("m1").bootFailed("m2");
    rack.decrease(-1);
    rack.delete(Rack.fake("homelab://m2", "create-error"));
    assertThat(rack.target()).isOne();
    assertThat(deleted(rack)).containsExactly("m2");
  }

  @Test
  void a_held_machine_stays_on() {
    Rack rack = Rack.standard();
    rack.node(KubernetesNodeBuilder.node("m1"));
    rack.machine(
        declared("m1")
            .desired(PowerState.ON)
            .status(Statuses.READY)
            .hold(Optional.of(Hold.parse("guests"))));
    var refusal =
        Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m1")));
    assertThat(refusal).hasMessageContaining("held: guests");
  }

  @Test
  void a_control_plane_machine_is_none_of_cas_business() {
    Rack rack = Rack.standard();
    rack.node(KubernetesNodeBuilder.node("m1").label("node-role.kubernetes.io/control-plane", ""));
    rack.machine(declared("m1").desired(PowerState.ON).status(Statuses.READY));
    assertThat(rack.target()).isZero();
    assertThat(rack.group().getMaxSize()).isZero();
    assertThat(rack.groupOf(Rack.node("m1")).getId()).isEmpty();
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m1")));
  }

  @Test
  void the_machine_that_runs_this_program_stays_on() {
    Rack rack = Rack.standard().ready("m1");
    var own = PowerPolicy.Defaults.STANDARD.protecting(Set.of("m1"));
    var provider =
        new CloudProviderService(
            rack.fleet,
            rack.intents,
            rack.clock,
            new ProviderSettings(own, "", Duration.ofSeconds(1)),
            () -> true,
            () -> true);
    Refused.unchanged(
        rack,
        Code.FAILED_PRECONDITION,
        () ->
            provider.nodeGroupDeleteNodes(
                NodeGroupDeleteNodesRequest.newBuilder()
                    .setId(GROUP)
                    .addNodes(Rack.node("m1"))
                    .build()));
  }
}
