package org.homelab.autoscaler.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What probes saw is part of the machine, and no more than that is looked at again for it. */
class ObservationsTest {
  private static final Instant NOW = Instant.parse("2026-11-01T06:00:00Z");
  private static final ObjectKey M1 = new ObjectKey("lab", "m1");
  private static final ObjectKey RACK = new ObjectKey("lab", "rack");
  private static final HealthCheck PROBED =
      new HealthCheck(
          Optional.empty(),
          List.of(new Probe.Ping("{node}")),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty());

  private final Fleet fleet = new Fleet(ObjectKey::name);

  @BeforeEach
  void twoMachines() {
    fleet.apply(group(HealthCheck.NONE));
    fleet.apply(declared("m1").group("rack").build());
    fleet.apply(declared("m2").group("rack").build());
  }

  @Test
  void newsTouchesTheMachineAndItsGroupAndIsInBothSnapshots() {
    Touched touched = fleet.record(M1, on(NOW));
    assertThat(touched).isEqualTo(new Touched(Set.of(M1), Set.of(RACK)));
    assertThat(fleet.machine(M1).orElseThrow().seenOn()).isTrue();
    assertThat(fleet.group("rack").orElseThrow().machine("m1").orElseThrow().seenOn()).isTrue();
    assertThat(fleet.group("rack").orElseThrow().machine("m2").orElseThrow().observation())
        .isEmpty();
  }

  @Test
  void whatIsSeenOnceMoreMakesNoNewSnapshotButIsSeenByWhoAsks() {
    fleet.record(M1, on(NOW));
    long version = fleet.group("rack").orElseThrow().version();
    Observation again = on(NOW).orElseThrow().again(NOW.plusSeconds(10));
    assertThat(fleet.record(M1, Optional.of(again))).isEqualTo(Touched.NOTHING);
    assertThat(fleet.group("rack").orElseThrow().version()).isEqualTo(version);
    assertThat(fleet.machine(M1).orElseThrow().observation()).contains(again);
  }

  @Test
  void whatARecipesProbeReadsOnceMoreMakesNoNewSnapshotButIsSeenByWhoAsks() {
    assertThat(fleet.read(M1, reading(NOW, 80))).isEqualTo(new Touched(Set.of(M1), Set.of(RACK)));
    long version = fleet.group("rack").orElseThrow().version();
    DeviceReading again = reading(NOW.plusSeconds(10), 95);
    assertThat(fleet.read(M1, again)).isEqualTo(Touched.NOTHING);
    assertThat(fleet.group("rack").orElseThrow().version()).isEqualTo(version);
    assertThat(fleet.machine(M1).orElseThrow().reading()).contains(again);
    assertThat(fleet.reading(M1)).contains(again);
  }

  @Test
  void whileACommandIsUnderWayEveryReadingIsLookedAt() {
    fleet.read(M1, reading(NOW, 80));
    fleet.apply(
        declared("m1")
            .group("rack")
            .revision("2")
            .status(
                MachineStatus.NEW
                    .with(Progress.STARTING_UP, ObservedPower.OFF)
                    .with(Optional.of(Operation.startup(NOW, 1))))
            .build());
    assertThat(fleet.read(M1, reading(NOW.plusSeconds(10), 80)))
        .isEqualTo(new Touched(Set.of(M1), Set.of()));
  }

  @Test
  void anOlderReadingIsDroppedAndNoneOutlivesItsMachine() {
    fleet.read(M1, reading(NOW, 80));
    assertThat(fleet.read(M1, reading(NOW.minusSeconds(1), 0))).isEqualTo(Touched.NOTHING);
    assertThat(fleet.reading(M1)).contains(reading(NOW, 80));
    fleet.removeMachine(M1);
    assertThat(fleet.reading(M1)).isEmpty();
    assertThat(fleet.read(M1, reading(NOW.plusSeconds(1), 80))).isEqualTo(Touched.NOTHING);
  }

  @Test
  void aCircuitIsFoundHoweverItsMachinesChange() {
    fleet.apply(declared("m1").group("rack").revision("2").circuit("kitchen").build());
    fleet.apply(declared("m2").group("rack").revision("2").circuit("kitchen").build());
    assertThat(fleet.circuit("kitchen")).extracting(Machine::name).containsOnly("m1", "m2");
    fleet.apply(declared("m1").group("rack").revision("3").circuit("attic").build());
    assertThat(fleet.circuit("kitchen")).extracting(Machine::name).containsOnly("m2");
    assertThat(fleet.circuit("attic")).extracting(Machine::name).containsOnly("m1");
    fleet.removeMachine(new ObjectKey("lab", "m2"));
    assertThat(fleet.circuit("kitchen")).isEmpty();
  }

  private static DeviceReading reading(Instant at, double watts) {
    return new DeviceReading(
        ObservedPower.ON, at, OptionalDouble.of(watts), OptionalDouble.empty());
  }

  @Test
  void anObservationOutlivesOtherEventsAndIsGoneWithTheMachine() {
    fleet.record(M1, on(NOW));
    fleet.apply(declared("m1").group("rack").revision("2").build());
    assertThat(fleet.machine(M1).orElseThrow().seenOn()).isTrue();
    fleet.removeMachine(M1);
    assertThat(fleet.record(M1, on(NOW))).isEqualTo(Touched.NOTHING);
    fleet.apply(declared("m1").group("rack").revision("3").build());
    assertThat(fleet.machine(M1).orElseThrow().observation()).isEmpty();
  }

  @Test
  void aMachineWithProbesIsUnknownUntilOneHasAnswered() {
    fleet.apply(group(PROBED));
    assertThat(fleet.machine(M1).orElseThrow().observation()).contains(Observation.NOTHING_YET);
    fleet.apply(group(HealthCheck.NONE));
    assertThat(fleet.machine(M1).orElseThrow().observation()).isEmpty();
    fleet.apply(declared("m1").group("rack").revision("2").healthCheck(PROBED).build());
    assertThat(fleet.machine(M1).orElseThrow().observation()).contains(Observation.NOTHING_YET);
  }

  @Test
  void whatTheNodeLeavesOutTheGroupSays() {
    var own =
        new HealthCheck(
            Optional.empty(),
            List.of(),
            OptionalInt.of(7),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty());
    fleet.apply(group(PROBED));
    fleet.apply(declared("m1").group("rack").revision("2").healthCheck(own).build());
    HealthCheck check = fleet.healthCheck(fleet.machine(M1).orElseThrow());
    assertThat(check.failures()).isEqualTo(7);
    assertThat(check.probes()).isEqualTo(PROBED.probes());
  }

  private static Optional<Observation> on(Instant now) {
    return Optional.of(Observation.at(now, ObservedPower.ON, "ping m1"));
  }

  private static DeclaredGroup group(HealthCheck check) {
    GroupPolicy none = GroupPolicy.NONE;
    var policy =
        new GroupPolicy(
            none.minSize(),
            none.maxSize(),
            none.nodeSelector(),
            none.timeouts(),
            none.drainPolicy(),
            none.options(),
            check,
            none.limits(),
            none.dryRun(),
            none.forceAllOn());
    return new DeclaredGroup(RACK, "uid-rack", 1, "1", false, true, Optional.empty(), policy);
  }
}
