package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicies;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.SwitchLimits;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Leftovers;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.junit.jupiter.api.Test;

/** Several workers, and two machines that share a last place. */
class TurnsTest {
  private static final Instant NOW = Instant.parse("2026-11-01T06:00:00Z");
  private static final int MACHINES = 40;

  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final Desk desk = desk();

  private Desk desk() {
    return new Desk(
        fleet,
        seen -> DrainView.EMPTY,
        Leftovers.NONE,
        PowerPolicy.Defaults.STANDARD,
        Clock.fixed(NOW, ZoneOffset.UTC),
        () -> true);
  }

  private void group(String name, GroupPolicy policy) {
    fleet.apply(
        new DeclaredGroup(
            new ObjectKey("lab", name),
            "uid-" + name,
            1,
            "1",
            false,
            true,
            Optional.empty(),
            policy));
  }

  private static ObjectKey machine(int number) {
    return new ObjectKey("lab", "m" + number);
  }

  private DeclaredBuilder wanted(int number) {
    return DeclaredBuilder.declared(machine(number)).group("rack").desired(PowerState.ON);
  }

  private Step decide(Desk desk, ObjectKey key) {
    return desk.decide(key, new HashMap<>());
  }

  /** All machines at once, by four workers; nobody has written a claim yet. */
  private List<Step> decideAll() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Step>> looks = new ArrayList<>();
      for (int i = 0; i < MACHINES; i++) {
        ObjectKey key = machine(i);
        looks.add(() -> decide(desk, key));
      }
      List<Step> steps = new ArrayList<>();
      for (Future<Step> step : workers.invokeAll(looks)) {
        steps.add(step.get());
      }
      return steps;
    } finally {
      workers.shutdownNow();
    }
  }

  private static long powerOns(List<Step> steps) {
    return steps.stream().filter(step -> step.decision() instanceof Decision.PowerOn).count();
  }

  @Test
  void twoMachinesOfAGroupNeverTakeTheSameLastPlace() throws Exception {
    group("rack", GroupPolicies.with(GroupPolicy.NONE, limit(3)));
    for (int i = 0; i < MACHINES; i++) {
      fleet.apply(wanted(i).build());
    }
    assertThat(powerOns(decideAll())).isEqualTo(3);
  }

  private static SwitchLimits limit(int atOnce) {
    return new SwitchLimits(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.of(atOnce),
        Optional.empty());
  }

  @Test
  void twoMachinesOfOneCircuitAreNeverPoweredOnWithinItsSpacing() throws Exception {
    group("rack", GroupPolicy.NONE);
    group("shed", GroupPolicy.NONE);
    for (int i = 0; i < MACHINES; i++) {
      fleet.apply(wanted(i).group(i % 2 == 0 ? "rack" : "shed").circuit("garage").build());
    }
    List<Step> steps = decideAll();
    assertThat(powerOns(steps)).isOne();
    assertThat(steps)
        .filteredOn(step -> !(step.decision() instanceof Decision.PowerOn))
        .allSatisfy(step -> assertThat(step.reason()).isEqualTo(Reason.CIRCUIT_BUSY));
  }

  @Test
  void aPlaceThatWasTakenAndNotClaimedIsFreeAgainWithTheNextLook() {
    group("rack", GroupPolicies.with(GroupPolicy.NONE, limit(1)));
    fleet.apply(wanted(1).build());
    fleet.apply(wanted(2).build());
    assertThat(decide(desk, machine(1)).route()).isEqualTo("power-on");
    assertThat(decide(desk, machine(2)).reason()).isEqualTo(Reason.WAITING_FOR_TURN);
    // The claim was refused, and nobody wants the machine any more.
    fleet.apply(wanted(1).desired(PowerState.OFF).revision("2").build());
    decide(desk, machine(1));
    assertThat(decide(desk, machine(2)).route()).isEqualTo("power-on");
  }

  @Test
  void aClaimIsHeededByWhoeverLeadsNext() {
    group("rack", GroupPolicies.with(GroupPolicy.NONE, limit(1)));
    fleet.apply(wanted(1).build());
    fleet.apply(wanted(2).build());
    Step first = decide(desk, machine(1));
    fleet.apply(wanted(1).revision("2").status(first.after()).build());
    assertThat(decide(desk(), machine(2)).reason()).isEqualTo(Reason.WAITING_FOR_TURN);
  }

  @Test
  void aMachineThatCannotBeCalledFailedKeepsItsPlaceNoLongerThanItsBootMayTake() {
    group("rack", GroupPolicies.with(GroupPolicy.NONE, limit(1)));
    fleet.apply(wanted(2).build());
    fleet.apply(spoilt(NOW.minusSeconds(60)));
    assertThat(decide(desk, machine(2)).reason()).isEqualTo(Reason.WAITING_FOR_TURN);
    fleet.apply(spoilt(NOW.minus(Duration.ofHours(1))));
    assertThat(decide(desk, machine(1)).route()).isEqualTo("refuse");
    assertThat(decide(desk, machine(2)).route()).isEqualTo("power-on");
  }

  /** It was edited while it was being powered on, and since then nothing can be done about it. */
  private Declared spoilt(Instant poweredOn) {
    return wanted(1)
        .status(
            MachineStatus.NEW
                .with(Progress.STARTING_UP, ObservedPower.UNKNOWN)
                .withAttempts(1)
                .with(Optional.of(Operation.startup(poweredOn, 1))))
        .invalid("spec.circuit: is not one word")
        .build();
  }

  @Test
  void whoeverWaitsIsTouchedWhenAPlaceIsLeft() {
    group("rack", GroupPolicies.with(GroupPolicy.NONE, limit(1)));
    fleet.apply(wanted(1).build());
    fleet.apply(wanted(2).build());
    fleet.apply(wanted(3).group("none").circuit("garage").build());
    Step first = decide(desk, machine(1));
    assertThat(fleet.apply(wanted(1).revision("2").status(first.after()).build()).machines())
        .doesNotContain(machine(2));
    assertThat(fleet.apply(wanted(1).revision("3").build()).machines())
        .contains(machine(2))
        .doesNotContain(machine(3));
  }

  @Test
  void aGroupThatIsForcedOnNeverGoesBeyondItsMaximum() throws Exception {
    var order = Optional.of(new Hold(Optional.empty(), "big build"));
    var policy = GroupPolicies.forced(GroupPolicy.NONE, order);
    group(
        "rack",
        new GroupPolicy(
            0,
            OptionalInt.of(5),
            policy.nodeSelector(),
            policy.timeouts(),
            policy.drainPolicy(),
            policy.options(),
            policy.healthCheck(),
            policy.limits(),
            false,
            order));
    for (int i = 0; i < MACHINES; i++) {
      fleet.apply(wanted(i).desired(PowerState.OFF).build());
    }
    assertThat(decideAll().stream().filter(step -> step.decision() instanceof Decision.Adopt))
        .hasSize(5);
  }
}
