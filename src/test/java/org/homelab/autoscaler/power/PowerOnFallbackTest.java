package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Observation;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.fleet.Recipe.Giver;
import org.homelab.autoscaler.fleet.Recipe.Probe;
import org.junit.jupiter.api.Test;

/**
 * Every look that there can be at a machine that is being powered on and has another recipe to be
 * powered on with.
 */
class PowerOnFallbackTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final Duration AFTER = Duration.ofMinutes(3);
  private static final ObjectKey GROUP = new ObjectKey("lab", "rack");

  private enum Fate {
    REFUSED,
    SENT,
    UNKNOWN,
    JOB_RUNS,
    JOB_FAILED,
    JOB_GONE
  }

  private enum Age {
    YOUNG(Duration.ofSeconds(10)),
    SETTLED(Duration.ofMinutes(2)),
    LATE(Duration.ofMinutes(4)),
    OVER(Duration.ofHours(1));

    private final Duration time;

    Age(Duration time) {
      this.time = time;
    }
  }

  private enum Seen {
    NOTHING,
    ON,
    OFF,
    UNKNOWN,
    OFF_BEFORE
  }

  private enum Node {
    ABSENT,
    KEPT,
    JOINED,
    READY
  }

  private enum Will {
    ON,
    OFF,
    HELD,
    MAINTENANCE,
    DELETED
  }

  private record Look(
      Fate fate, Age age, Seen probe, Seen check, Node node, Will will, int stage, boolean more) {

    Machine machine() {
      MachineStatus status =
          MachineStatus.NEW
              .with(Progress.STARTING_UP, ObservedPower.UNKNOWN)
              .withAttempts(3)
              .with(Optional.of(Operation.startup(claimedAt(), 3).with(command())));
      return new Machine(
          declared("m1")
              .group("rack")
              .desired(will == Will.OFF ? PowerState.OFF : PowerState.ON)
              .hold(will == Will.HELD ? Optional.of(word()) : Optional.empty())
              .maintenance(will == Will.MAINTENANCE ? Optional.of(word()) : Optional.empty())
              .deleting(will == Will.DELETED)
              .status(status)
              .build(),
          Optional.of(GROUP),
          Optional.empty(),
          kubernetesNode(),
          jobs(),
          Optional.empty(),
          power(check).map(power -> Observation.at(NOW, power, "tcp m1:22")),
          plan(),
          power(probe).map(power -> new DeviceReading(power, seenAt())));
    }

    private static Hold word() {
      return new Hold(Optional.empty(), "disk swap");
    }

    private Instant claimedAt() {
      return NOW.minus(age.time);
    }

    private Instant seenAt() {
      return probe == Seen.OFF_BEFORE ? claimedAt().minusSeconds(5) : NOW.minusSeconds(1);
    }

    private boolean byJob() {
      return fate == Fate.JOB_RUNS || fate == Fate.JOB_FAILED || fate == Fate.JOB_GONE;
    }

    private Operation.Command command() {
      Operation.Command claim = new Operation.Command(3, claimedAt(), Optional.empty());
      Operation.Command given =
          byJob() ? claim.givenBy(job()) : claim.by(Optional.of("redfish"), stage);
      return switch (fate) {
        case REFUSED -> given.failed("bmc: refused the credentials");
        case SENT -> given.sent(claimedAt());
        case UNKNOWN, JOB_RUNS, JOB_FAILED, JOB_GONE -> given.by(given.recipe(), stage);
      };
    }

    private String job() {
      return JobNames.of("m1", OperationType.STARTUP, 3);
    }

    private List<PowerJob> jobs() {
      if (fate != Fate.JOB_RUNS && fate != Fate.JOB_FAILED) {
        return List.of();
      }
      return List.of(
          new PowerJob(
              new ObjectKey("lab", job()),
              new ObjectKey("lab", "m1"),
              OperationType.STARTUP,
              fate == Fate.JOB_RUNS ? PowerJob.State.RUNNING : PowerJob.State.FAILED,
              claimedAt(),
              "BackoffLimitExceeded"));
    }

    private Optional<KubernetesNode> kubernetesNode() {
      return switch (node) {
        case ABSENT -> Optional.empty();
        case KEPT -> Optional.of(ours().ready(false, NOW.minus(Duration.ofDays(1))).build());
        case JOINED -> Optional.of(ours().ready(false, NOW.minusSeconds(2)).build());
        case READY -> Optional.of(ours().ready(true, NOW.minusSeconds(2)).build());
      };
    }

    private static KubernetesNodeBuilder ours() {
      return KubernetesNodeBuilder.node("m1")
          .label(Api.NODE_GROUP_LABEL, "rack")
          .label(Api.NODE_LABEL, "m1");
    }

    private static Optional<ObservedPower> power(Seen seen) {
      return switch (seen) {
        case NOTHING -> Optional.empty();
        case ON -> Optional.of(ObservedPower.ON);
        case OFF, OFF_BEFORE -> Optional.of(ObservedPower.OFF);
        case UNKNOWN -> Optional.of(ObservedPower.UNKNOWN);
      };
    }

    private PowerPlan plan() {
      Recipe first = recipe("redfish", Duration.ZERO, byJob() ? Giver.JOB : Giver.OPERATOR);
      Recipe next = recipe("wake-on-lan", AFTER, Giver.OPERATOR);
      return new PowerPlan(List.of(first), more ? List.of(next) : List.of());
    }

    private static Recipe recipe(String name, Duration after, Giver giver) {
      return new Recipe(name, Map.of(), Optional.empty(), after, giver, giver, Probe.POWER);
    }

    Step decide() {
      return decide(machine());
    }

    static Step decide(Machine machine) {
      PowerPolicy policy =
          PowerPolicy.of(machine, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD);
      return new Step(machine, policy, StateMachine.decide(machine, policy, NOW), NOW);
    }

    Look without() {
      return new Look(fate, age, probe, check, node, will, stage, false);
    }

    /** Whether anything says that the command has worked, or is about to. */
    boolean coming() {
      return node == Node.READY
          || node == Node.JOINED
          || probe == Seen.ON
          || check == Seen.ON
          || fate == Fate.JOB_RUNS;
    }

    /** Whether it is known to have come to nothing, or has had its time. */
    boolean failed() {
      boolean seenOff =
          fate == Fate.UNKNOWN
              && probe == Seen.OFF
              && node == Node.ABSENT
              && age.time.compareTo(AFTER) < 0;
      return fate == Fate.REFUSED
          || fate == Fate.JOB_FAILED
          || age.time.compareTo(AFTER) >= 0
          || (seenOff && age != Age.YOUNG);
    }
  }

  private static void each(Consumer<Look> visitor) {
    for (Fate fate : Fate.values()) {
      for (Age age : Age.values()) {
        for (Seen probe : Seen.values()) {
          for (Seen check : Seen.values()) {
            for (Node node : Node.values()) {
              for (Will will : Will.values()) {
                for (int stage = 0; stage <= 1; stage++) {
                  visitor.accept(new Look(fate, age, probe, check, node, will, stage, true));
                }
              }
            }
          }
        }
      }
    }
  }

  @Test
  void theNextRecipeIsUsedExactlyWhereTheOneBeforeHasFailedAndNothingSpeaksAgainstIt() {
    List<Object> wrong = new ArrayList<>();
    each(
        look -> {
          boolean may = look.will() == Will.ON && look.stage() == 0 && !look.coming();
          boolean does = look.decide().decision() instanceof Decision.FallBack;
          if (does != (may && look.failed())) {
            wrong.add(look + " " + look.decide().decision());
          }
        });
    assertThat(wrong).isEmpty();
  }

  @Test
  void itIsANewCommandWithANumberAndAClaimOfItsOwnAndTheOnlyOne() {
    List<Object> wrong = new ArrayList<>();
    each(
        look -> {
          Step step = look.decide();
          if (step.decision() instanceof Decision.FallBack && !claimedOnce(look, step)) {
            wrong.add(look);
          }
        });
    assertThat(wrong).isEmpty();
  }

  private static boolean claimedOnce(Look look, Step step) {
    MachineStatus after = step.after();
    Operation.Command claim = after.operation().flatMap(Operation::command).orElseThrow();
    Machine next = look.machine().with(after);
    return after.attempts() == 4
        && after.progress() == Progress.STARTING_UP
        && after.lastPowerOn().equals(Optional.of(NOW))
        && claim.attempt() == 4
        && claim.stage() == 1
        && claim.claimedAt().equals(NOW)
        && claim.recipe().equals(Optional.of("wake-on-lan"))
        && claim.problem().isEmpty()
        && !(Look.decide(next).decision() instanceof Decision.Touching);
  }

  @Test
  void withoutAnotherRecipeNothingIsDecidedOtherwise() {
    List<Object> wrong = new ArrayList<>();
    each(
        look -> {
          Decision with = look.decide().decision();
          Decision without = look.without().decide().decision();
          boolean same = with.getClass().equals(without.getClass());
          if (!(with instanceof Decision.FallBack || with instanceof Decision.CancelPowerOn)
              && (!same || with.reason() != without.reason())) {
            wrong.add(look + " " + with + " " + without);
          }
        });
    assertThat(wrong).isEmpty();
  }

  @Test
  void aJobThatHangsIsGoneBeforeTheNextRecipeIsUsed() {
    var hangs =
        new Look(
            Fate.JOB_RUNS, Age.OVER, Seen.NOTHING, Seen.NOTHING, Node.ABSENT, Will.ON, 0, true);
    assertThat(hangs.decide().decision())
        .isEqualTo(new Decision.CancelPowerOn(Reason.FALLING_BACK));
    assertThat(hangs.decide().after()).isEqualTo(hangs.machine().status());
    var gone =
        new Look(
            Fate.JOB_GONE, Age.OVER, Seen.NOTHING, Seen.NOTHING, Node.ABSENT, Will.ON, 0, true);
    assertThat(gone.decide().decision()).isInstanceOf(Decision.FallBack.class);
  }

  @Test
  void whatCameOfTheOneBeforeIsTold() {
    var refused =
        new Look(
            Fate.REFUSED, Age.YOUNG, Seen.NOTHING, Seen.NOTHING, Node.ABSENT, Will.ON, 0, true);
    assertThat(refused.decide().decision())
        .isEqualTo(
            new Decision.FallBack(
                Reason.FALLING_BACK,
                OperationType.STARTUP,
                4,
                1,
                "redfish: bmc: refused the credentials"));
    assertThat(Conditions.of(refused.decide()).toString())
        .contains("wake-on-lan comes next; redfish: bmc: refused the credentials");
  }

  @Test
  void itIsLookedAtAgainWhenTheTimeOfTheOneBeforeIsOver() {
    var sent =
        new Look(Fate.SENT, Age.YOUNG, Seen.NOTHING, Seen.NOTHING, Node.ABSENT, Will.ON, 0, true);
    assertThat(sent.decide().again()).contains(NOW.minus(Age.YOUNG.time).plus(AFTER));
  }

  @Test
  void afterTheLastOneThePowerOnHasFailedOnce() {
    var last =
        new Look(
            Fate.REFUSED, Age.YOUNG, Seen.NOTHING, Seen.NOTHING, Node.ABSENT, Will.ON, 1, true);
    assertThat(last.decide().decision()).isInstanceOf(Decision.FailStartup.class);
    assertThat(last.decide().after().failure().orElseThrow().count()).isEqualTo(1);
  }

  @Test
  void everyRecipeThatFailedIsTold() {
    var refused =
        new Look(
            Fate.REFUSED, Age.YOUNG, Seen.NOTHING, Seen.NOTHING, Node.ABSENT, Will.ON, 0, true);
    MachineStatus next = refused.decide().after();
    Operation late = next.operation().orElseThrow();
    Machine failed =
        refused
            .machine()
            .with(
                next.with(
                    Optional.of(
                        late.with(late.command().orElseThrow().failed("no such network")))));
    Step step = Look.decide(failed);
    assertThat(step.decision())
        .isEqualTo(
            new Decision.FailStartup(
                Reason.RECIPE_FAILED,
                "redfish: bmc: refused the credentials; wake-on-lan: no such network"));
    assertThat(step.after().failure().orElseThrow().message())
        .contains("redfish: bmc: refused the credentials; wake-on-lan: no such network");
  }
}
