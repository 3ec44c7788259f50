package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Order;
import org.homelab.autoscaler.fleet.OrderMark;
import org.homelab.autoscaler.power.Leftovers;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeskTest {
  private static final Instant NOW = Instant.parse("2026-11-01T06:00:00Z");

  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final Map<String, Object> headers = new HashMap<>();
  private boolean synced = true;
  private ObjectKey machine;

  private final Desk desk =
      new Desk(
          fleet,
          seen -> DrainView.EMPTY,
          Leftovers.NONE,
          PowerPolicy.Defaults.STANDARD,
          Clock.fixed(NOW, ZoneOffset.UTC),
          () -> synced);

  @BeforeEach
  void aMachineThatIsWantedOn() {
    var declared = DeclaredBuilder.declared("m1").group("rack").desired(PowerState.ON).build();
    machine = declared.key();
    fleet.apply(
        new DeclaredGroup(
            new ObjectKey(machine.namespace(), "rack"),
            "uid",
            1,
            "1",
            false,
            true,
            java.util.Optional.empty(),
            GroupPolicy.NONE));
    fleet.apply(declared);
  }

  @Test
  void aMachineThatIsWantedIsPoweredOn() {
    assertThat(desk.decide(machine, headers).route()).isEqualTo("power-on");
  }

  @Test
  void anOrderThatMayYetBeTakenBackSwitchesNothing() {
    order(Order.Phase.WRITING, NOW);
    assertThat(desk.decide(machine, headers)).isNull();
    assertThat((Instant) headers.get(Headers.AGAIN_AT)).isAfter(NOW);
    order(Order.Phase.COMMITTED, NOW);
    assertThat(desk.decide(machine, headers).route()).isEqualTo("power-on");
  }

  @Test
  void anOrderThatHangsIsToldAsTheReason() {
    order(Order.Phase.WRITING, NOW.minusSeconds(5));
    Step step = desk.decide(machine, headers);
    assertThat(step.route()).isEqualTo("wait");
    assertThat(step.reason()).isEqualTo(Reason.ORDER_PENDING);
    assertThat((Instant) headers.get(Headers.AGAIN_AT)).isAfter(NOW);
  }

  private void order(Order.Phase phase, Instant at) {
    fleet.apply(
        new DeclaredGroup(
            new ObjectKey(machine.namespace(), "rack"),
            "uid",
            1,
            "2",
            false,
            true,
            java.util.Optional.empty(),
            GroupPolicy.NONE,
            java.util.Optional.of(
                new Order(1, "us", phase, PowerState.ON, Set.of("m1"), at, List.of()))));
    fleet.apply(
        DeclaredBuilder.declared("m1")
            .group("rack")
            .desired(PowerState.ON)
            .order(new OrderMark(1, "uid"))
            .build());
  }

  @Test
  void nothingIsDecidedBeforeEverythingIsKnown() {
    synced = false;
    assertThat(desk.decide(machine, headers)).isNull();
    assertThat((Instant) headers.get(Headers.AGAIN_AT)).isAfter(NOW);
  }

  @Test
  void aMachineThatIsGoneNeedsNoStep() {
    assertThat(desk.decide(new ObjectKey("lab", "gone"), headers)).isNull();
    assertThat(headers).isEmpty();
  }
}
