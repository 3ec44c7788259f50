package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClearancesTest {
  private static final Instant NOW = Instant.parse("2026-11-01T06:00:00Z");
  private static final Declared M1 = DeclaredBuilder.declared("m1").build();

  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final Set<ObjectKey> left = new HashSet<>();
  private int questions;
  private int looks;
  private long term = 1;
  private boolean informed = true;

  private final Leftovers live =
      new Leftovers() {
        @Override
        public Optional<String> any(Machine machine) {
          questions++;
          return Optional.of("a pod").filter(pod -> left.contains(machine.key()));
        }

        @Override
        public Optional<String> powerOff(Machine machine) {
          questions++;
          return Optional.empty();
        }
      };

  private final Clearances clearances =
      new Clearances(
          live,
          () -> {
            looks++;
            Set<ObjectKey> now = Set.copyOf(left);
            return machine -> now.contains(machine.key());
          },
          fleet::machines,
          () -> term,
          () -> informed);

  @BeforeEach
  void oneMachine() {
    fleet.apply(M1);
  }

  @Test
  void whatTwoLooksHaveNotFoundNeedNotBeAskedFor() {
    lookTwice();
    assertThat(ask()).isEmpty();
    assertThat(questions).isZero();
  }

  @Test
  void oneLookIsNotEnoughBecauseAPodMayBeOnItsWay() {
    clearances.lookAround();
    ask();
    assertThat(questions).isOne();
  }

  @Test
  void toAskUsesTheKnowledgeUp() {
    lookTwice();
    ask();
    left.add(M1.key());
    assertThat(ask()).contains("a pod");
  }

  @Test
  void whatALookHasFoundIsAskedForAgain() {
    lookTwice();
    ask();
    left.add(M1.key());
    lookTwice();
    assertThat(ask()).contains("a pod");
    left.clear();
    clearances.lookAround();
    left.add(M1.key());
    clearances.lookAround();
    left.clear();
    clearances.lookAround();
    ask();
    assertThat(questions).as("a find in between begins the count anew").isEqualTo(2);
  }

  @Test
  void aCommandThatWasGivenMeanwhileIsAskedFor() {
    lookTwice();
    status(status -> status.withAttempts(1));
    ask();
    assertThat(questions).isOne();
  }

  @Test
  void aMachineIsNotKnownBeforeItsCommandIsOver() {
    status(status -> status.withAttempts(1).with(Optional.of(Operation.startup(NOW, 1))));
    lookTwice();
    assertThat(looks).isZero();
    status(status -> status.with(Optional.empty()));
    fleet.apply(
        new PowerJob(
            new ObjectKey(M1.key().namespace(), "m1-startup-1"),
            M1.key(),
            OperationType.STARTUP,
            PowerJob.State.RUNNING,
            NOW,
            ""));
    lookTwice();
    assertThat(looks).isZero();
    ask();
    assertThat(questions).isOne();
  }

  @Test
  void whatALeaderBeforeUsKnewIsWorthNothing() {
    lookTwice();
    term++;
    ask();
    assertThat(questions).isOne();
  }

  @Test
  void aMachineOfTheSameNameIsAnother() {
    lookTwice();
    fleet.removeMachine(M1.key());
    fleet.apply(DeclaredBuilder.declared("m1").uid("another").build());
    ask();
    assertThat(questions).isOne();
  }

  @Test
  void aMachineOfAnotherKubernetesNodeIsAskedFor() {
    lookTwice();
    fleet.apply(DeclaredBuilder.declared("m1").nodeName("w9").build());
    ask();
    assertThat(questions).isOne();
  }

  @Test
  void nothingIsAskedForWhileAllIsKnownOrWhileSomebodyElseLeads() {
    lookTwice();
    lookTwice();
    assertThat(looks).isEqualTo(2);
    informed = false;
    fleet.apply(DeclaredBuilder.declared("m2").build());
    lookTwice();
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void whetherAPowerOffMayStillActIsAlwaysAsked() {
    lookTwice();
    clearances.powerOff(machine());
    assertThat(questions).isOne();
  }

  private void lookTwice() {
    clearances.lookAround();
    clearances.lookAround();
  }

  private Optional<String> ask() {
    return clearances.any(machine());
  }

  private Machine machine() {
    return fleet.machine(M1.key()).orElseThrow();
  }

  private void status(UnaryOperator<MachineStatus> change) {
    fleet.apply(DeclaredBuilder.declared("m1").status(change.apply(machine().status())).build());
  }
}
