package org.homelab.autoscaler.conformance;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.conformance.Refusals.refused;
import static org.homelab.autoscaler.conformance.Refusals.refusedUnchanged;

import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How CA takes back what it asked for: only what has not begun, or what failed. */
@OverTheWire
class DecreaseConformanceTest {
  private final Homelab homelab;
  private final ProviderClient ca;

  DecreaseConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  @Test
  void c40_machines_that_run_or_boot_are_not_taken_back() {
    Shelf shelf = homelab.shelf("c40").ready("a").booting("b").leaving("c");
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.decrease("c40", -1));
  }

  @Test
  void c41_a_machine_whose_power_on_has_not_begun_is_taken_back_and_never_started() {
    Shelf shelf = homelab.shelf("c41").ready("a").queued("b");
    ca.decrease("c41", -1);
    assertThat(shelf.target()).isOne();
    assertThat(shelf.states()).containsOnlyKeys(shelf.idOf("a"));
    assertThat(shelf.machines().node("b").getSpec().powerState()).isEqualTo(PowerState.OFF);
    assertThat(shelf.machines().jobs("b", "startup")).isZero();
  }

  @Test
  void c42_more_than_can_be_taken_back_is_refused_whole() {
    Shelf shelf = homelab.shelf("c42").ready("a").queued("b");
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.decrease("c42", -2));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, Integer.MAX_VALUE})
  void c43_a_delta_that_is_not_below_zero_is_refused(int delta) {
    Shelf shelf = homelab.shelf("c43-" + delta).queued("a");
    refusedUnchanged(shelf, INVALID_ARGUMENT, () -> ca.decrease(shelf.id(), delta));
  }

  @Test
  void c44_machines_that_have_registered_are_never_taken_back() {
    Shelf shelf = homelab.shelf("c44").ready("a", "b").queued("c");
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.decrease("c44", -2));
    refusedUnchanged(shelf, FAILED_PRECONDITION, () -> ca.decrease("c44", Integer.MIN_VALUE));
  }

  @Test
  void c45_below_the_minimum_only_failed_machines_are_taken_back() {
    Shelf queued = homelab.shelf("c45-queued", "{minSize: 1}").queued("a");
    refusedUnchanged(queued, FAILED_PRECONDITION, () -> ca.decrease("c45-queued", -1));
    Shelf failed = homelab.shelf("c45-failed", "{minSize: 1}").failed("a");
    ca.decrease("c45-failed", -1);
    assertThat(failed.target()).isZero();
  }

  @Test
  void c46_an_unknown_group_is_not_found() {
    refused(NOT_FOUND, () -> ca.decrease("c46-nowhere", -1));
  }

  @Test
  void c47_a_machine_whose_boot_failed_is_taken_back_before_any_other() {
    Shelf shelf = homelab.shelf("c47").queued("a").failed("b");
    ca.decrease("c47", -1);
    assertThat(shelf.target()).isOne();
    assertThat(shelf.machines().node("a").getSpec().powerState()).isEqualTo(PowerState.ON);
    assertThat(shelf.machines().node("b").getSpec().powerState()).isEqualTo(PowerState.OFF);
  }
}
