package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.PowerPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeskTest {
  private static final Instant NOW = Instant.parse("2026-11-01T06:00:00Z");

  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final Set<ObjectKey> underOrder = new HashSet<>();
  private final Map<String, Object> headers = new HashMap<>();
  private boolean synced = true;
  private ObjectKey machine;

  private final Desk desk =
      new Desk(
          fleet,
          seen -> DrainView.EMPTY,
          PowerPolicy.Defaults.STANDARD,
          Clock.fixed(NOW, ZoneOffset.UTC),
          () -> synced,
          underOrder::contains);

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
    underOrder.add(machine);
    assertThat(desk.decide(machine, headers)).isNull();
    assertThat((Instant) headers.get(Headers.AGAIN_AT)).isAfter(NOW);
    underOrder.clear();
    assertThat(desk.decide(machine, headers).route()).isEqualTo("power-on");
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
