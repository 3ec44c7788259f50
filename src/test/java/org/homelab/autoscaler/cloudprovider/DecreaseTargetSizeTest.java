package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeRequest;
import java.util.List;
import java.util.OptionalInt;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecreaseTargetSizeTest {
  private static List<String> givenUp(Rack rack) {
    return rack.intents.written.stream()
        .filter(intent -> intent.desired() == PowerState.OFF)
        .map(intent -> intent.machine().name())
        .toList();
  }

  @Test
  void c40_machines_that_boot_or_run_are_not_given_up() {
    Rack rack = Rack.standard().ready("m1").booting("m2").leaving("m3");
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.decrease(-1));
  }

  @Test
  void c41_a_machine_whose_power_on_has_not_begun_is_given_up() {
    Rack rack = Rack.standard().ready("m1").off("m2");
    rack.increase(1);
    rack.decrease(-1);
    assertThat(rack.target()).isOne();
    assertThat(rack.states()).containsOnlyKeys("homelab://m1");
    assertThat(givenUp(rack)).containsExactly("m2");
  }

  @Test
  void c42_more_than_can_be_given_up_is_refused_whole() {
    Rack rack = Rack.standard().ready("m1").queued("m2");
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.decrease(-2));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, Integer.MAX_VALUE})
  void c43_a_delta_that_is_not_below_zero_is_refused(int delta) {
    Rack rack = Rack.standard().queued("m1");
    Refused.unchanged(rack, Code.INVALID_ARGUMENT, () -> rack.decrease(delta));
  }

  @Test
  void c43_the_least_delta_is_refused_without_overflow() {
    Rack rack = Rack.standard().queued("m1");
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.decrease(Integer.MIN_VALUE));
  }

  @Test
  void c44_registered_machines_are_never_given_up() {
    Rack rack = Rack.standard().ready("m1", "m2").queued("m3");
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.decrease(-2));
  }

  @Test
  void c45_below_the_minimum_only_failed_machines_are_given_up() {
    Rack rack = new Rack().group(GROUP, 1, OptionalInt.empty()).queued("m1");
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.decrease(-1));

    Rack broken = new Rack().group(GROUP, 1, OptionalInt.empty()).bootFailed("m1");
    broken.decrease(-1);
    assertThat(broken.target()).isZero();
  }

  @Test
  void c46_an_unknown_group_is_not_found() {
    Rack rack = Rack.standard();
    Refused.with(
        Code.NOT_FOUND,
        () ->
            rack.provider.nodeGroupDecreaseTargetSize(
                NodeGroupDecreaseTargetSizeRequest.newBuilder()
                    .setId("attic")
                    .setDelta(-1)
                    .build()));
  }

  @Test
  void c47_a_machine_whose_boot_failed_is_given_up_first() {
    Rack rack = Rack.standard().queued("m1").bootFailed("m2");
    rack.decrease(-1);
    assertThat(givenUp(rack)).containsExactly("m2");
    assertThat(rack.target()).isOne();
  }

  @Test
  void the_machine_that_would_be_picked_last_is_given_up_first() {
    Rack rack = Rack.standard().queued("m1", "m2", "m3");
    rack.decrease(-2);
    assertThat(givenUp(rack)).containsExactly("m3", "m2");
  }

  @Test
  void f2_exactly_as_many_as_asked_for_are_given_up() {
    Rack mixed = Rack.standard().ready("a", "b", "c").queued("d");
    mixed.decrease(-1);
    assertThat(mixed.target()).isEqualTo(3);

    Rack idle = Rack.standard().queued("a", "b");
    idle.decrease(-1);
    assertThat(idle.target()).isOne();

    Rack busy = Rack.standard().ready("a", "b").queued("c", "d", "e");
    busy.decrease(-1);
    assertThat(busy.target()).isEqualTo(4);
  }
}
