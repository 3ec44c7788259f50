package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.junit.jupiter.api.Test;

/** When a machine that waits to be let go is looked at again. */
class LettingGoTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  private static Decision decide(PowerJob.State state, Duration age) {
    var job =
        new PowerJob(
            new ObjectKey("lab", "m1-shutdown-1"),
            new ObjectKey("lab", "m1"),
            OperationType.SHUTDOWN,
            state,
            NOW.minus(age),
            "");
    var machine =
        new Machine(
            declared("m1").group("rack").deleting(true).build(),
            Optional.of(new ObjectKey("lab", "rack")),
            Optional.empty(),
            Optional.empty(),
            List.of(job),
            Optional.empty());
    return StateMachine.decide(
        machine, PowerPolicy.of(machine, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD), NOW);
  }

  @Test
  void aJobThatRunsIsWaitedForUntilItsTimeIsOver() {
    assertThat(decide(PowerJob.State.RUNNING, Duration.ofMinutes(1)))
        .isEqualTo(
            new Decision.Wait(
                Reason.JOB_RUNNING, "m1-shutdown-1", Optional.of(NOW.plus(Duration.ofMinutes(4)))));
    assertThat(decide(PowerJob.State.RUNNING, Duration.ofHours(1)))
        .isInstanceOf(Decision.CancelPowerOff.class);
  }

  @Test
  void aJobThatCannotEndIsNotLookedAtWithoutPause() {
    assertThat(decide(PowerJob.State.STOPPING, Duration.ofHours(1)))
        .isEqualTo(new Decision.Wait(Reason.JOB_RUNNING, "m1-shutdown-1", Optional.empty()));
  }
}
