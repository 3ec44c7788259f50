package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Observation;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.power.Decision.ConfirmOff;
import org.homelab.autoscaler.power.Decision.FailShutdown;
import org.homelab.autoscaler.power.Decision.PowerOn;
import org.homelab.autoscaler.power.Decision.Touching;
import org.homelab.autoscaler.power.Decision.Wait;
import org.junit.jupiter.api.Test;

/**
 * What probes say, beside every cell that matters: it may keep a step from being taken, and may
 * call a machine off, and never starts an operation.
 */
class ProbesTest {
  private static final Instant NOW = Cell.NOW;
  private static final Observation ON = seen(ObservedPower.ON, NOW);
  private static final Observation OFF = seen(ObservedPower.OFF, NOW);
  private static final Observation OLD_OFF =
      seen(ObservedPower.OFF, NOW.minus(Duration.ofHours(2)));
  private static final Observation UNKNOWN = seen(ObservedPower.UNKNOWN, NOW);

  private static final Set<Cell.Failed> FAILURES =
      EnumSet.of(Cell.Failed.NONE, Cell.Failed.ON_AGAIN, Cell.Failed.OFF_AGAIN);

  private record Case(Cell cell, Decision without, Observation observation, Decision with) {}

  @Test
  void aProbeStartsNoPowerOperation() {
    each(
        ON,
        c -> assertThat(c.with() instanceof Touching && !c.with().equals(c.without())).isFalse());
    each(
        UNKNOWN,
        c -> assertThat(c.with() instanceof Touching && !c.with().equals(c.without())).isFalse());
    each(
        OFF,
        c -> assertThat(c.with() instanceof Touching && !c.with().equals(c.without())).isFalse());
  }

  @Test
  void aMachineThatAProbeSeesOnIsNeitherCalledOffNorSwitchedOnAgain() {
    each(ON, c -> assertThat(c.with()).isNotInstanceOfAny(ConfirmOff.class, PowerOn.class));
  }

  @Test
  void aMachineIsNotCalledOffWhileItsProbeCannotTell() {
    each(UNKNOWN, c -> assertThat(c.with()).isNotInstanceOf(ConfirmOff.class));
  }

  @Test
  void whatAProbeSawBeforeTheCommandDoesNotConfirmIt() {
    each(
        OLD_OFF,
        c -> {
          boolean commanded =
              c.cell().machine() == Cell.Standing.SHUTTING_DOWN
                  && c.cell().look().status().operation().flatMap(Operation::command).isPresent();
          assertThat(commanded && c.with() instanceof ConfirmOff).isFalse();
        });
  }

  @Test
  void aReadyNodeIsBelievedWhateverAProbeSays() {
    each(
        OFF,
        c -> {
          if (c.cell().look().nodeReady()) {
            assertThat(c.with()).isEqualTo(c.without());
          }
        });
  }

  @Test
  void aProbeThatSeesTheMachineOffChangesNothingButWhatItConfirms() {
    each(
        OFF,
        c ->
            assertThat(
                    c.with().equals(c.without())
                        || c.with() instanceof ConfirmOff
                        || sameReason(c.with(), c.without()))
                .isTrue());
  }

  @Test
  void aPowerOffThatNoProbeConfirmsFailsAtItsDeadline() {
    each(
        ON,
        c -> {
          if (c.without() instanceof ConfirmOff
              && c.cell().machine() == Cell.Standing.SHUTTING_DOWN
              && c.cell().job() == Cell.Job.SUCCEEDED) {
            if (c.cell().time() == Cell.Time.OVER) {
              assertThat(c.with()).isInstanceOf(FailShutdown.class);
            } else {
              assertThat(c.with()).isInstanceOf(Wait.class);
            }
            assertThat(c.with().reason()).isEqualTo(Reason.PROBE_SAYS_ON);
          }
        });
  }

  @Test
  void driftIsToldWhereTheMachineIsWantedOffAndSeenOn() {
    Cell cell = quietCell(Cell.Desired.OFF, Cell.Standing.OFF, Cell.Node.ABSENT);
    assertThat(drift(cell, ON).status()).isTrue();
    assertThat(drift(cell, ON).message()).contains("tcp m1:22 says on");
    assertThat(drift(cell, OFF).status()).isFalse();
    assertThat(drift(cell, UNKNOWN).status()).isFalse();
  }

  @Test
  void driftIsToldWhereTheMachineIsWantedOnAndSeenOff() {
    Cell cell = quietCell(Cell.Desired.ON, Cell.Standing.READY, Cell.Node.LONG_DEAF);
    assertThat(drift(cell, OFF).status()).isTrue();
    assertThat(drift(cell, ON).status()).isFalse();
  }

  @Test
  void aMachineThatIsOffAndSeenOnIsReportedAsOn() {
    Cell cell = quietCell(Cell.Desired.OFF, Cell.Standing.OFF, Cell.Node.ABSENT);
    assertThat(step(cell, ON).after().power()).isEqualTo(ObservedPower.ON);
    assertThat(step(cell, OFF).after().power()).isEqualTo(ObservedPower.OFF);
  }

  private static boolean sameReason(Decision one, Decision other) {
    return one.getClass().equals(other.getClass()) && one.reason() == other.reason();
  }

  private static ConditionValue drift(Cell cell, Observation observation) {
    return Conditions.of(step(cell, observation)).stream()
        .filter(condition -> condition.type().equals(Conditions.POWER_DRIFT))
        .findFirst()
        .orElseThrow();
  }

  private static Step step(Cell cell, Observation observation) {
    Machine machine = cell.look().observed(Optional.of(observation));
    return new Step(machine, cell.rules(), StateMachine.decide(machine, cell.rules(), NOW), NOW);
  }

  private static Cell quietCell(Cell.Desired desired, Cell.Standing standing, Cell.Node node) {
    return new Cell(
        standing,
        Cell.Special.NOTHING,
        desired,
        node,
        Cell.Held.NO,
        Cell.Job.NONE,
        Cell.Time.LEFT,
        Cell.Failed.NONE,
        Cell.Pods.NONE,
        Cell.Policy.FAIL);
  }

  private static void each(Observation observation, Consumer<Case> check) {
    Cells.each(
        cell ->
            cell.special() == Cell.Special.NOTHING
                && cell.policy() == Cell.Policy.FAIL
                && cell.hold() == Cell.Held.NO
                && FAILURES.contains(cell.failures())
                && cell.pods() != Cell.Pods.UNSEEN,
        cell -> {
          Machine machine = cell.look();
          Decision without = StateMachine.decide(machine, cell.rules(), NOW);
          Decision with =
              StateMachine.decide(machine.observed(Optional.of(observation)), cell.rules(), NOW);
          check.accept(new Case(cell, without, observation, with));
        });
  }

  private static Observation seen(ObservedPower power, Instant when) {
    return new Observation(power, when, when, "tcp m1:22");
  }
}
