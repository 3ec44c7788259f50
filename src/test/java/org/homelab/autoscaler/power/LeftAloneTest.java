package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Machine.Problem;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Progress;
import org.junit.jupiter.api.Test;

/** Machines that nothing is done to, and what of ours must not stay on them all the same. */
class LeftAloneTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final MachineStatus OFF =
      MachineStatus.NEW.with(Progress.SHUTDOWN, ObservedPower.OFF);

  private PowerState desired = PowerState.OFF;
  private Optional<Hold> hold = Optional.empty();
  private Optional<KubernetesNode> node = Optional.empty();
  private Optional<Problem> problem = Optional.empty();
  private Machine machine;

  private Decision decide(MachineStatus status) {
    machine =
        new Machine(
            declared("m1").group("rack").desired(desired).hold(hold).status(status).build(),
            Optional.of(new ObjectKey("lab", "rack")),
            problem,
            node,
            List.of(),
            Optional.empty());
    PowerPolicy policy =
        PowerPolicy.of(machine, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD);
    return StateMachine.decide(machine, policy, NOW);
  }

  private static MachineStatus poweringOff() {
    return MachineStatus.NEW
        .with(Progress.SHUTTING_DOWN, ObservedPower.UNKNOWN)
        .withAttempts(1)
        .with(
            Optional.of(
                Operation.shutdown(NOW.minusSeconds(90))
                    .claimed(1, NOW.minusSeconds(80))
                    .givenBy("m1-shutdown-1")));
  }

  @Test
  void aHeldMachineThatCameBackLosesOurCordonAndIsNotTakenInForIt() {
    hold = Optional.of(new Hold(Optional.empty(), "disk swap"));
    node = Optional.of(node("m1").cordonedByUs().build());
    Decision decision = decide(OFF);
    assertThat(decision).isEqualTo(new Decision.CancelShutdown(Reason.HELD));
    MachineStatus after = decision.after(machine, NOW);
    assertThat(after.progress()).isEqualTo(Progress.SHUTDOWN);

    node = Optional.of(node("m1").build());
    assertThat(decide(after))
        .isEqualTo(new Decision.Refuse(Reason.HELD, "disk swap", Optional.empty()));
    hold = Optional.empty();
    assertThat(decide(after)).isEqualTo(new Decision.Adopt(Reason.SWITCHED_ON));
  }

  @Test
  void aMachineWhosePowerOffWasGivenBeforeItsNodeBecameUnreadableSaysThatItWaits() {
    node = Optional.of(node("m1").cordonedByUs().build());
    for (Problem.Code code : List.of(Problem.Code.INVALID_SPEC, Problem.Code.DUPLICATE)) {
      problem = Optional.of(new Problem(code, "spec.circuit: is not one word"));
      assertThat(decide(poweringOff()))
          .isInstanceOfSatisfying(
              Decision.Refuse.class,
              refused ->
                  assertThat(refused.how())
                      .startsWith("spec.circuit: is not one word")
                      .contains("power-off had been given", "cordon"));
    }
  }

  @Test
  void aNodeThatSaysItWentAwayInTheFutureIsNotWaitedForUntilThen() {
    desired = PowerState.ON;
    node = Optional.of(node("m1").ready(false, NOW.plus(Duration.ofSeconds(30))).build());
    assertThat(decide(OFF).reason()).as("clocks differ a little").isEqualTo(Reason.SETTLING);
    node = Optional.of(node("m1").ready(false, NOW.plus(Duration.ofDays(300))).build());
    assertThat(decide(OFF)).isInstanceOf(Decision.PowerOn.class);
  }
}
