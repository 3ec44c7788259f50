package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import java.util.Optional;
import java.util.OptionalInt;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.junit.jupiter.api.Test;

class NodeGroupForNodeTest {
  @Test
  void c05_a_node_is_found_by_its_provider_id() {
    Rack rack = new Rack().group(GROUP, 1, OptionalInt.of(2)).ready("m1").off("m2");
    var group = rack.groupOf(Rack.node("whatever", "homelab://m1"));
    assertThat(group).isEqualTo(rack.group());
    assertThat(group.getMinSize()).isEqualTo(1);
    assertThat(group.getMaxSize()).isEqualTo(2);
  }

  @Test
  void c06_a_node_without_provider_id_is_found_by_its_name() {
    Rack rack = Rack.standard().ready("m1");
    assertThat(rack.groupOf(Rack.node("m1", "")).getId()).isEqualTo(GROUP);
  }

  @Test
  void f3_the_name_is_that_of_the_kubernetes_node_not_of_the_resource() {
    Rack rack = Rack.standard();
    rack.node(KubernetesNodeBuilder.node("talos-1").providerId(Optional.of("talos://1")));
    rack.machine(declared("m1").nodeName("talos-1").desired(PowerState.ON).status(Statuses.READY));
    assertThat(rack.groupOf(Rack.node("talos-1", "")).getId()).isEqualTo(GROUP);
    assertThat(rack.groupOf(Rack.node("talos-1", "talos://1")).getId()).isEqualTo(GROUP);
    assertThat(rack.groupOf(Rack.node("m1", "")).getId()).isEmpty();
  }

  @Test
  void c07_a_known_name_with_an_id_other_than_the_one_seen_is_none_of_ours() {
    Rack rack = Rack.standard().ready("m1", "m2");
    assertThat(rack.groupOf(Rack.node("m1", "aws:///i-1")).getId()).isEmpty();
  }

  @Test
  void c07_a_known_name_whose_id_nobody_has_seen_yet_is_ours() {
    Rack rack = Rack.standard().booting("m1");
    assertThat(rack.groupOf(Rack.node("m1", "k3s://m1")).getId()).isEqualTo(GROUP);
  }

  @Test
  void c08_an_unknown_node_belongs_to_no_group() {
    Rack rack = Rack.standard().ready("m1");
    assertThat(rack.groupOf(Rack.node("control-plane", "k3s://control-plane")).getId()).isEmpty();
  }

  @Test
  void c09_a_request_without_a_node_is_refused() {
    Rack rack = Rack.standard();
    Refused.with(
        Code.INVALID_ARGUMENT,
        () -> rack.provider.nodeGroupForNode(NodeGroupForNodeRequest.getDefaultInstance()));
  }

  @Test
  void c10_the_stand_in_for_a_booting_machine_belongs_to_its_group() {
    Rack rack = Rack.standard().booting("m1").queued("m2").bootFailed("m3");
    for (String id : new String[] {"homelab://m1", "homelab://m2", "homelab://m3"}) {
      assertThat(rack.groupOf(Rack.fake(id, "unregistered")).getId()).isEqualTo(GROUP);
    }
  }

  @Test
  void c10_an_id_learnt_before_the_node_came_with_another_still_leads_to_the_group() {
    Rack rack = Rack.standard();
    rack.node(KubernetesNodeBuilder.node("m1").providerId(Optional.of("k3s://m1")));
    rack.machine(declared("m1").desired(PowerState.ON).status(Statuses.READY));
    assertThat(rack.groupOf(Rack.fake("homelab://m1", "unregistered")).getId()).isEqualTo(GROUP);
  }

  @Test
  void c11_a_node_that_ca_made_up_without_an_id_belongs_to_no_group() {
    Rack rack = Rack.standard().ready("m1");
    assertThat(rack.groupOf(Rack.node("template-node-for-rack-1-upcoming-0", "")).getId())
        .isEmpty();
  }

  @Test
  void c11_a_node_that_ca_made_up_from_our_template_belongs_to_its_group() {
    Rack rack = Rack.standard().off("m1");
    var made = Rack.node("template-node-for-rack-1", "homelab://rack/template");
    assertThat(rack.groupOf(made).getId()).isEqualTo(GROUP);
    assertThat(rack.groupOf(Rack.node("x", "homelab://nowhere/template")).getId()).isEmpty();
    assertThat(rack.groupOf(Rack.node("x", "homelab:///template")).getId()).isEmpty();
  }

  @Test
  void c12_the_stale_node_of_a_machine_that_is_off_belongs_to_no_group() {
    Rack rack = Rack.standard().off("m1");
    rack.node(KubernetesNodeBuilder.node("m1").ready(false, rack.now()));
    assertThat(rack.groupOf(Rack.node("m1")).getId()).isEmpty();
  }

  @Test
  void c13_a_held_machine_belongs_to_no_group() {
    Rack rack = Rack.standard().ready("m1");
    rack.machine(
        declared("m1")
            .desired(PowerState.ON)
            .status(Statuses.READY)
            .hold(Optional.of(Hold.parse("")))
            .revision("2"));
    assertThat(rack.groupOf(Rack.node("m1")).getId()).isEmpty();
    assertThat(rack.target()).isZero();
    assertThat(rack.instances()).isEmpty();
  }

  @Test
  void a_machine_on_its_way_out_belongs_to_its_group_until_it_is_off() {
    Rack rack = Rack.standard().leaving("m1");
    assertThat(rack.groupOf(Rack.node("m1")).getId()).isEqualTo(GROUP);
  }
}
