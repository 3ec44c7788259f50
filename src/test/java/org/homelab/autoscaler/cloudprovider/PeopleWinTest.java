package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import java.time.Duration;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.homelab.autoscaler.fleet.GroupPolicies;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.OperationType;
import org.junit.jupiter.api.Test;

/** What people and their Groups say comes before what the Cluster Autoscaler orders. */
class PeopleWinTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Optional<Hold> WORD = Optional.of(new Hold(Optional.empty(), "new fans"));

  private static Rack rack(GroupPolicy policy) {
    return new Rack().group(GROUP, policy);
  }

  private static GroupPolicy times(Duration minOn, Duration minOff, Duration coolDown) {
    return GroupPolicies.with(GroupPolicy.NONE, GroupPolicies.times(minOn, minOff, coolDown));
  }

  /** On and Ready since now. */
  private static void cameUp(Rack rack, String name) {
    rack.node(KubernetesNodeBuilder.node(name));
    rack.machine(
        declared(name)
            .desired(PowerState.ON)
            .status(Statuses.READY.succeeded(OperationType.STARTUP, rack.now())));
  }

  @Test
  void a_machine_in_maintenance_is_neither_counted_nor_listed_and_lowers_the_maximum() {
    Rack rack = Rack.standard().ready("m1", "m2").off("m3", "m4");
    assertThat(rack.group().getMaxSize()).isEqualTo(4);
    rack.machine(declared("m1").desired(PowerState.ON).status(Statuses.READY).maintenance(WORD));
    rack.machine(declared("m3").status(Statuses.OFF).maintenance(WORD));

    assertThat(rack.target()).isOne();
    assertThat(rack.states()).containsOnlyKeys("homelab://m2");
    assertThat(rack.group().getMaxSize()).isEqualTo(2);
    assertThat(rack.groupOf(Rack.node("m1")).getId()).isEmpty();
    assertThat(
            Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m1"))))
        .hasMessageContaining("in maintenance: new fans");
    rack.increase(1);
    assertThat(rack.intents.written).singleElement().matches(i -> i.machine().name().equals("m4"));
  }

  @Test
  void a_maintenance_ends_by_itself() {
    Rack rack = Rack.standard();
    var until = Optional.of(new Hold(Optional.of(rack.now().plus(HOUR)), "new fans"));
    rack.machine(declared("m1").status(Statuses.OFF).maintenance(until));
    assertThat(rack.group().getMaxSize()).isZero();
    rack.clock.pass(HOUR);
    assertThat(rack.group().getMaxSize()).isOne();
  }

  @Test
  void a_machine_that_is_kept_on_counts_and_is_not_given_up() {
    Rack rack = Rack.standard().ready("m1", "m2");
    rack.machine(declared("m1").desired(PowerState.ON).status(Statuses.READY).keepOn(WORD));

    assertThat(rack.target()).isEqualTo(2);
    assertThat(
            Refused.unchanged(
                rack,
                Code.FAILED_PRECONDITION,
                () -> rack.delete(Rack.node("m2"), Rack.node("m1"))))
        .hasMessageContaining("m1 stays on")
        .hasMessageContaining("keep-on")
        .hasMessageContaining("new fans");
  }

  @Test
  void a_boot_that_failed_is_given_up_also_where_the_machine_is_to_be_kept_on() {
    Rack rack = Rack.standard();
    rack.machine(
        declared("m1")
            .desired(PowerState.ON)
            .keepOn(WORD)
            .status(Statuses.bootFailed(rack.now(), 1)));
    rack.delete(Rack.fake("homelab://m1", "create-error"));
    assertThat(rack.target()).isZero();
  }

  @Test
  void no_machine_of_a_group_that_is_forced_on_is_given_up_until_the_order_ends() {
    Rack rack = Rack.standard();
    var order = Optional.of(new Hold(Optional.of(rack.now().plus(HOUR)), "big build"));
    rack.group(GROUP, GroupPolicies.forced(GroupPolicy.NONE, order));
    rack.ready("m1");
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m1")));
    rack.clock.pass(HOUR);
    rack.delete(Rack.node("m1"));
    assertThat(rack.target()).isZero();
  }

  @Test
  void a_machine_stays_on_for_the_least_time_on() {
    Rack rack = rack(times(HOUR, Duration.ZERO, Duration.ZERO));
    cameUp(rack, "m1");
    rack.clock.pass(HOUR.minusSeconds(1));
    assertThat(
            Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m1"))))
        .hasMessageContaining("minOnTime")
        .hasMessageContaining("Until " + rack.now().plusSeconds(1));
    rack.clock.pass(Duration.ofSeconds(1));
    rack.delete(Rack.node("m1"));
    assertThat(rack.target()).isZero();
  }

  @Test
  void a_machine_stays_off_for_the_least_time_off_and_lowers_the_maximum() {
    Rack rack = rack(times(Duration.ZERO, HOUR, Duration.ZERO));
    rack.machine(declared("m1").status(Statuses.OFF.succeeded(OperationType.SHUTDOWN, rack.now())));
    assertThat(rack.group().getMaxSize()).isZero();
    assertThat(Refused.unchanged(rack, Code.OUT_OF_RANGE, () -> rack.increase(2)))
        .hasMessageContaining("too many");
    assertThat(Refused.unchanged(rack, Code.RESOURCE_EXHAUSTED, () -> rack.increase(1)))
        .hasMessageContaining("minOffTime");
    rack.clock.pass(HOUR);
    assertThat(rack.group().getMaxSize()).isOne();
    rack.increase(1);
    assertThat(rack.target()).isOne();
  }

  @Test
  void a_group_gives_nothing_up_while_it_cools_down_after_a_power_on() {
    Rack rack = rack(times(Duration.ZERO, Duration.ZERO, HOUR)).ready("m1");
    rack.machine(
        declared("m2")
            .desired(PowerState.ON)
            .status(Statuses.booting(rack.now()).poweredOnAt(rack.now())));
    assertThat(
            Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m1"))))
        .hasMessageContaining("coolDown");
    // What has not come yet may be given up all the same.
    rack.delete(Rack.fake("homelab://m2", "unregistered"));
    rack.clock.pass(HOUR);
    rack.delete(Rack.node("m1"));
    assertThat(rack.target()).isZero();
  }

  @Test
  void in_a_dry_run_orders_are_told_and_refused_and_none_is_invited() {
    Rack rack =
        rack(GroupPolicies.dryRun(GroupPolicy.NONE, true)).ready("m1").off("m2").queued("m3");
    assertThat(rack.group().getMaxSize()).isEqualTo(rack.target()).isEqualTo(2);
    assertThat(Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.increase(1)))
        .hasMessageContaining("would want [m2 on]")
        .hasMessageContaining("dry run");
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.delete(Rack.node("m1")));
    Refused.unchanged(rack, Code.FAILED_PRECONDITION, () -> rack.decrease(-1));
  }
}
