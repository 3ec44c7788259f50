package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.junit.jupiter.api.Test;

class NodeGroupsTest {
  private static final Optional<Hold> HELD = Optional.of(Hold.parse("disk swap"));

  @Test
  void c01_groups_are_told_before_any_refresh() {
    Rack rack = Rack.standard().off("m1", "m2", "m3").group("attic", 0, OptionalInt.of(2));
    assertThat(rack.groups())
        .extracting(NodeGroup::getId, NodeGroup::getMinSize, NodeGroup::getMaxSize)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("attic", 0, 0),
            org.assertj.core.groups.Tuple.tuple(GROUP, 0, 3));
    assertThat(rack.group().getDebug()).contains(GROUP).contains("target 0");
  }

  @Test
  void c02_no_groups_is_an_empty_list() {
    assertThat(new Rack().groups()).isEmpty();
  }

  @Test
  void c03_a_held_machine_lowers_the_maximum() {
    Rack rack = Rack.standard().off("m1", "m2");
    assertThat(rack.group().getMaxSize()).isEqualTo(2);
    rack.machine(declared("m2").status(Statuses.OFF).hold(HELD).revision("2"));
    assertThat(rack.group().getMaxSize()).isEqualTo(1);
    assertThat(rack.group().getDebug()).contains("m2 (held: disk swap)");
  }

  @Test
  void a_hold_that_is_over_lowers_nothing() {
    Rack rack = Rack.standard();
    var over = Optional.of(new Hold(Optional.of(rack.now()), "disk swap"));
    rack.machine(declared("m1").status(Statuses.OFF).hold(over));
    assertThat(rack.group().getMaxSize()).isEqualTo(1);
  }

  @Test
  void a_hold_that_ends_by_itself_is_told_within_a_second() {
    Rack rack = Rack.standard();
    var brief = Optional.of(new Hold(Optional.of(rack.now().plusMillis(500)), "disk swap"));
    rack.machine(declared("m1").status(Statuses.OFF).hold(brief));
    assertThat(rack.provider.nodeGroupTargetSize(request()).getTargetSize()).isZero();
    rack.clock.pass(Duration.ofMillis(600));
    assertThat(rack.group().getMaxSize()).as("from what was made for the question before").isZero();
    rack.clock.pass(Duration.ofMillis(400));
    assertThat(rack.group().getMaxSize()).isOne();
  }

  @Test
  void a_group_that_comes_is_told_at_once() {
    Rack rack = Rack.standard().off("m1");
    assertThat(rack.groups()).hasSize(1);
    rack.group("attic", 0, OptionalInt.empty());
    assertThat(rack.groups()).hasSize(2);
  }

  private static NodeGroupTargetSizeRequest request() {
    return NodeGroupTargetSizeRequest.newBuilder().setId(GROUP).build();
  }

  @Test
  void quarantined_resting_and_broken_machines_lower_the_maximum() {
    Rack rack = Rack.standard().off("m1");
    rack.machine(declared("m2").status(Statuses.offAfterFailure(rack.now(), 3)));
    rack.machine(declared("m3").status(Statuses.offAfterFailure(rack.now(), 1)));
    rack.machine(declared("m4").status(Statuses.OFF).invalid("spec.pricing: no number"));
    rack.machine(declared("m5").status(Statuses.OFF).deleting(true));
    rack.leaving("m6");
    assertThat(rack.group().getMaxSize()).isEqualTo(1);
  }

  @Test
  void what_is_on_counts_towards_the_maximum_even_if_it_could_not_be_picked() {
    Rack rack = Rack.standard().ready("m1").booting("m2").bootFailed("m3").off("m4");
    assertThat(rack.group().getMaxSize()).isEqualTo(4);
  }

  @Test
  void the_owners_maximum_holds_however_many_machines_there_are() {
    Rack rack = new Rack().group(GROUP, 0, OptionalInt.of(2)).off("m1", "m2", "m3");
    assertThat(rack.group().getMaxSize()).isEqualTo(2);
  }

  @Test
  void the_maximum_is_never_below_what_a_person_has_switched_on() {
    Rack rack = new Rack().group(GROUP, 0, OptionalInt.of(1)).ready("m1", "m2");
    assertThat(rack.target()).isEqualTo(2);
    assertThat(rack.group().getMaxSize()).isEqualTo(2);
  }

  @Test
  void the_minimum_is_never_above_the_maximum() {
    Rack rack = new Rack().group(GROUP, 3, OptionalInt.of(3)).ready("m1");
    rack.machine(declared("m2").status(Statuses.OFF).hold(HELD));
    assertThat(rack.group().getMinSize()).isEqualTo(1);
    assertThat(rack.group().getMaxSize()).isEqualTo(1);
  }

  @Test
  void c04_a_group_that_comes_and_goes_is_told_and_forgotten() {
    Rack rack = Rack.standard().group("attic", 0, OptionalInt.empty());
    assertThat(rack.groups()).extracting(NodeGroup::getId).containsExactly("attic", GROUP);
    rack.fleet.removeGroup(new ObjectKey("lab", "attic"));
    assertThat(rack.groups()).extracting(NodeGroup::getId).containsExactly(GROUP);
  }

  @Test
  void a_group_that_cannot_be_read_or_is_going_does_not_grow() {
    Rack rack = Rack.standard().ready("m1").off("m2");
    var key = new ObjectKey("lab", GROUP);
    rack.fleet.apply(
        new DeclaredGroup(
            key,
            "uid",
            2,
            "2",
            false,
            true,
            Optional.of("spec.maxSize: no number"),
            GroupPolicy.NONE));
    assertThat(rack.group().getMaxSize()).isEqualTo(1);
    Refused.unchanged(rack, ProviderException.Code.FAILED_PRECONDITION, () -> rack.increase(1));

    rack.fleet.apply(
        new DeclaredGroup(key, "uid", 3, "3", true, true, Optional.empty(), GroupPolicy.NONE));
    assertThat(rack.group().getMaxSize()).isZero();
    Refused.unchanged(rack, ProviderException.Code.FAILED_PRECONDITION, () -> rack.increase(1));
  }

  @Test
  void two_machines_with_one_id_are_told_as_one() {
    Rack rack = Rack.standard();
    for (String name : new String[] {"m1", "m2"}) {
      rack.machine(
          declared(name)
              .desired(PowerState.ON)
              .providerId("k3s://same")
              .status(Statuses.booting(rack.now())));
    }
    assertThat(rack.target()).isEqualTo(1);
    assertThat(rack.states()).hasSize(1);
    assertThat(rack.group().getDebug()).contains("provider id k3s://same is also that of Node");
  }
}
