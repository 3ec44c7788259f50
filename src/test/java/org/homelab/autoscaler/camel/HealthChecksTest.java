package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.HealthCheck;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Probe;
import org.homelab.autoscaler.fleet.Touched;
import org.homelab.autoscaler.probe.Pages;
import org.homelab.autoscaler.probe.Prober;
import org.homelab.autoscaler.probe.Seen;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What probes see gets into the fleet, and schedules follow the machines. */
class HealthChecksTest extends CamelTestSupport {
  private static final ObjectKey M1 = new ObjectKey("lab", "m1");
  private static final Schedule DAILY = new Schedule("0 0 3 * * ?", ZoneOffset.UTC);
  private static final Schedule WEEKLY = new Schedule("0 0 3 ? * MON", ZoneOffset.UTC);
  private static final Touched IT = new Touched(Set.of(M1), Set.of());

  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final AtomicReference<Seen> plug = new AtomicReference<>(Seen.off("the plug"));
  private final AtomicReference<Seen> bmc = new AtomicReference<>(Seen.off("the BMC"));
  private boolean leased;
  private HealthCheckSchedules schedules;
  private HealthChecks checks;

  @BeforeEach
  void make() {
    schedules = new HealthCheckSchedules(context, key -> {});
    checks =
        new HealthChecks(
            fleet,
            schedules,
            DAILY,
            new Prober(
                new Pages((namespace, name) -> Optional.empty()),
                (id, machine, patience) -> id.equals("plug") ? plug.get() : bmc.get()),
            (node, now) -> leased,
            (kind, seen) -> {},
            Clock.fixed(Instant.parse("2026-11-01T06:00:00Z"), ZoneOffset.UTC));
  }

  @Test
  void aMachineIsBelievedOffAfterSoManyLooksAndThatIsNews() {
    machine(check("plug", "bmc"));
    assertThat(checks.observe(M1)).isEqualTo(Touched.NOTHING);
    assertThat(checks.observe(M1)).isEqualTo(Touched.NOTHING);
    assertThat(power()).contains(ObservedPower.UNKNOWN);
    assertThat(checks.observe(M1).machines()).containsExactly(M1);
    assertThat(power()).contains(ObservedPower.OFF);
  }

  @Test
  void oneProbeThatSaysOnIsEnoughAndOneThatCannotTellKeepsItFromBeingOff() {
    machine(check("plug", "bmc"));
    bmc.set(Seen.unknown("no answer"));
    for (int i = 0; i < 10; i++) {
      checks.observe(M1);
    }
    assertThat(power()).contains(ObservedPower.UNKNOWN);
    bmc.set(Seen.on("the BMC"));
    checks.observe(M1);
    assertThat(power()).contains(ObservedPower.ON);
  }

  @Test
  void otherProbesBeginAnewAndNoneLeaveNothingBehind() {
    machine(check("plug"));
    plug.set(Seen.on("the plug"));
    checks.observe(M1);
    machine(check("bmc"));
    checks.observe(M1);
    assertThat(power()).contains(ObservedPower.UNKNOWN);
    machine(HealthCheck.NONE);
    checks.observe(M1);
    assertThat(power()).isEmpty();
  }

  @Test
  void aLeaseThatIsRenewedSaysOnAndOneThatIsNotSaysNothing() {
    machine(HealthCheck.NONE);
    fleet.apply(node("m1").ready(false, Instant.parse("2026-11-01T05:50:00Z")).build());
    leased = true;
    checks.observe(M1);
    assertThat(power()).contains(ObservedPower.ON);
    leased = false;
    checks.observe(M1);
    assertThat(power()).isEmpty();
  }

  @Test
  void aScheduleThatCannotBeReadLeavesTheOneBeforeAndAMachineWithoutOneGetsTheDefault()
      throws Exception {
    machine(scheduled(Optional.of(WEEKLY), Optional.empty()));
    checks.follow(IT);
    var weekly = next();
    machine(scheduled(Optional.empty(), Optional.of("spec.healthCheck.schedule: ...")));
    checks.follow(IT);
    assertThat(next()).isEqualTo(weekly);
    machine(HealthCheck.NONE);
    checks.follow(IT);
    assertThat(next()).isNotEqualTo(weekly);
    fleet.removeMachine(M1);
    checks.follow(IT);
    assertThat(schedules.scheduled(M1)).isFalse();
  }

  @Test
  void aNewMachineWhoseScheduleCannotBeReadIsCheckedByTheDefault() throws Exception {
    machine(scheduled(Optional.empty(), Optional.of("spec.healthCheck.schedule: ...")));
    checks.follow(IT);
    assertThat(schedules.scheduled(M1)).isTrue();
  }

  private java.util.Date next() throws Exception {
    return context
        .getComponent("quartz", org.apache.camel.component.quartz.QuartzComponent.class)
        .getScheduler()
        .getTrigger(org.quartz.TriggerKey.triggerKey("lab/m1", "health-check"))
        .getNextFireTime();
  }

  private Optional<ObservedPower> power() {
    return fleet.machine(M1).flatMap(Machine::observation).map(seen -> seen.power());
  }

  private int revision;

  private void machine(HealthCheck check) {
    fleet.apply(declared("m1").revision("" + ++revision).healthCheck(check).build());
  }

  private static HealthCheck scheduled(Optional<Schedule> schedule, Optional<String> invalid) {
    return new HealthCheck(
        schedule, List.of(), OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), invalid);
  }

  private static HealthCheck check(String... routes) {
    return new HealthCheck(
        Optional.empty(),
        java.util.Arrays.stream(routes).<Probe>map(Probe.Route::new).toList(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
