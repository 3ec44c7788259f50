package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.OperationType;
import org.junit.jupiter.api.Test;

class InstancesTest {
  @Test
  void c20_the_target_is_the_number_of_instances_that_are_not_deleting() {
    Rack rack =
        Rack.standard().ready("a").booting("b").queued("c").bootFailed("d").leaving("e").off("f");
    assertThat(rack.target()).isEqualTo(4);
    assertThat(rack.states().values().stream().filter(InstanceState.instanceDeleting::equals))
        .hasSize(1);
    assertThat(rack.instances()).hasSize(5);
  }

  @Test
  void c21_c22_the_target_of_no_group_is_an_error() {
    Rack rack = Rack.standard();
    Refused.with(
        Code.NOT_FOUND,
        () ->
            rack.provider.nodeGroupTargetSize(
                NodeGroupTargetSizeRequest.newBuilder().setId("attic").build()));
    Refused.with(
        Code.INVALID_ARGUMENT,
        () -> rack.provider.nodeGroupTargetSize(NodeGroupTargetSizeRequest.getDefaultInstance()));
  }

  @Test
  void c70_an_empty_group_has_no_instances() {
    assertThat(Rack.standard().instances()).isEmpty();
  }

  @Test
  void c71_the_id_is_the_provider_id_of_the_kubernetes_node() {
    Rack rack = Rack.standard();
    rack.node(KubernetesNodeBuilder.node("m1").providerId(Optional.of("k3s://m1")));
    rack.machine(declared("m1").desired(PowerState.ON).status(Statuses.READY));
    assertThat(rack.states()).containsOnlyKeys("k3s://m1");
  }

  @Test
  void c72_an_instance_runs_once_its_kubernetes_node_has_the_provider_id() {
    Rack rack = Rack.standard().booting("m1");
    rack.node(KubernetesNodeBuilder.node("m1").providerId(Optional.empty()));
    assertThat(rack.states()).containsValue(InstanceState.instanceCreating);
    rack.node(KubernetesNodeBuilder.node("m1").providerId(Optional.of("homelab://m1")));
    assertThat(rack.states()).containsValue(InstanceState.instanceRunning);
  }

  @Test
  void c71_before_the_node_comes_the_id_is_the_one_it_is_known_to_come_with() {
    Rack rack = Rack.standard().booting("m1");
    rack.machine(
        declared("m2")
            .providerId("talos://2")
            .desired(PowerState.ON)
            .status(Statuses.booting(rack.now())));
    var remembered =
        Statuses.booting(rack.now())
            .remembering(Templates.worker("4", "8Gi"), Optional.of("k3s://m3"));
    rack.machine(declared("m3").desired(PowerState.ON).status(remembered));
    assertThat(rack.states()).containsOnlyKeys("homelab://m1", "talos://2", "k3s://m3");
  }

  @Test
  void c73_an_error_is_told_only_while_creating_and_names_the_reason() {
    Rack rack = Rack.standard().ready("a").booting("b").bootFailed("c").leaving("d");
    for (Instance instance : rack.instances()) {
      boolean failed = instance.getId().equals("homelab://c");
      assertThat(instance.getStatus().hasErrorInfo()).isEqualTo(failed);
    }
    var failed = rack.instances().get(2).getStatus();
    assertThat(failed.getInstanceState()).isEqualTo(InstanceState.instanceCreating);
    assertThat(failed.getErrorInfo().getErrorCode()).isEqualTo("BootTimeout");
    assertThat(failed.getErrorInfo().getErrorMessage()).isEqualTo("not Ready within 450 s");
    assertThat(failed.getErrorInfo().getInstanceErrorClass()).isEqualTo(99);
  }

  @Test
  void c73_a_machine_that_is_not_tried_again_is_a_lack_of_machines() {
    Rack rack = Rack.standard();
    rack.machine(declared("m1").desired(PowerState.ON).status(Statuses.bootFailed(rack.now(), 3)));
    var error = rack.instances().get(0).getStatus().getErrorInfo();
    assertThat(error.getInstanceErrorClass()).isEqualTo(1);
    assertThat(error.getErrorCode()).isEqualTo("BootTimeout");
  }

  @Test
  void c73_an_error_is_told_until_the_retry_begins_and_always_has_a_code() {
    Rack rack = Rack.standard();
    var nameless = new Failure(OperationType.STARTUP, "", "", rack.now(), 1, "", "");
    rack.machine(
        declared("m1")
            .desired(PowerState.ON)
            .status(Statuses.bootFailed(rack.now(), 1).withFailure(Optional.of(nameless))));
    assertThat(rack.instances().get(0).getStatus().getErrorInfo().getErrorCode()).isNotEmpty();
    rack.clock.pass(Duration.ofMinutes(2));
    rack.machine(
        declared("m1")
            .desired(PowerState.ON)
            .status(Statuses.booting(rack.now()).withFailure(Optional.of(nameless)))
            .revision("2"));
    assertThat(rack.instances().get(0).getStatus().hasErrorInfo()).isFalse();
  }

  @Test
  void c73_a_machine_that_was_released_is_no_longer_failed() {
    Rack rack = Rack.standard();
    rack.machine(
        declared("m1")
            .desired(PowerState.ON)
            .release(Optional.of("1"))
            .status(Statuses.bootFailed(rack.now(), 3)));
    assertThat(rack.instances().get(0).getStatus().hasErrorInfo()).isFalse();
  }

  @Test
  void c74_machines_that_are_off_or_held_are_not_listed() {
    Rack rack = Rack.standard().off("m1");
    rack.machine(
        declared("m2")
            .desired(PowerState.ON)
            .status(Statuses.READY)
            .hold(Optional.of(Hold.parse("x"))));
    assertThat(rack.instances()).isEmpty();
  }

  @Test
  void c75_the_instances_of_an_unknown_group_are_not_found() {
    Rack rack = Rack.standard();
    Refused.with(
        Code.NOT_FOUND,
        () ->
            rack.provider.nodeGroupNodes(
                NodeGroupNodesRequest.newBuilder().setId("attic").build()));
  }

  @Test
  void c76_the_order_is_stable() {
    Rack rack = Rack.standard().ready("b", "a", "c");
    assertThat(rack.instances())
        .extracting(Instance::getId)
        .containsExactly("homelab://a", "homelab://b", "homelab://c");
    assertThat(rack.instances()).isEqualTo(rack.instances());
  }

  @Test
  void c77_whoever_asks_while_orders_run_sees_target_and_instances_agree() throws Exception {
    Rack rack = Rack.standard().off("a", "b", "c", "d");
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> orders =
          pool.submit(
              () -> {
                for (int i = 0; i < 300; i++) {
                  rack.increase(3);
                  rack.decrease(-3);
                }
                done.set(true);
              });
      while (!done.get() && !orders.isDone()) {
        GroupView look =
            GroupView.of(
                rack.fleet.group(Rack.GROUP).orElseThrow(),
                ProviderSettings.STANDARD.power(),
                rack.now());
        assertThat(Instances.of(look)).hasSize(look.target());
        assertThat(look.maxSize()).isEqualTo(4);
      }
      orders.get();
    } finally {
      pool.shutdownNow();
    }
    assertThat(rack.target()).isZero();
  }
}
