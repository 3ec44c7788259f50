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
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Machine.Problem;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
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
 * Every look that there can be at a machine that a Job is to power off and that has a plug to be
 * powered off with after it.
 */
class PowerOffFallbackTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final Duration AFTER = Duration.ofMinutes(3);
  private static final ObjectKey GROUP = new ObjectKey("lab", "rack");
  private static final String JOB = JobNames.of("m1", OperationType.SHUTDOWN, 3);

  private enum Job {
    RUNNING,
    STOPPING,
    SUCCEEDED,
    FAILED,
    GONE
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

    boolean atLeast(Duration other) {
      return time.compareTo(other) >= 0;
    }
  }

  private enum Node {
    ABSENT,
    DEAF_BEFORE,
    WENT_LATELY,
    READY_CORDONED,
    READY_OPEN
  }

  private enum Pods {
    UNSEEN,
    LEFT,
    NONE
  }

  private enum Will {
    OFF,
    ON,
    HELD,
    DELETED,
    GROUPLESS
  }

  /** What the plug tells of the machine's power. */
  private enum Plug {
    CANNOT_TELL,
    ON,
    OFF,
    SILENT
  }

  private record Look(Job job, Age age, Node node, Pods pods, Will will, Plug plug, boolean more) {

    Machine machine() {
      MachineStatus status =
          MachineStatus.NEW
              .with(Progress.SHUTTING_DOWN, ObservedPower.UNKNOWN)
              .withAttempts(3)
              .with(
                  Optional.of(
                      Operation.shutdown(claimedAt().minusSeconds(30))
                          .claimed(3, claimedAt())
                          .givenBy(JOB)));
      return new Machine(
          declared("m1")
              .group("rack")
              .desired(will == Will.ON ? PowerState.ON : PowerState.OFF)
              .hold(
                  will == Will.HELD
                      ? Optional.of(new Hold(Optional.empty(), "disk swap"))
                      : Optional.empty())
              .deleting(will == Will.DELETED)
              .status(status)
              .build(),
          Optional.of(GROUP),
          will == Will.GROUPLESS
              ? Optional.of(new Problem(Problem.Code.NO_GROUP, "no Group"))
              : Optional.empty(),
          kubernetesNode(),
          jobs(),
          switch (pods) {
            case UNSEEN -> Optional.empty();
            case LEFT -> Optional.of(new DrainView(1, "lab/web: it tolerates the cordon"));
            case NONE -> Optional.of(DrainView.EMPTY);
          },
          Optional.empty(),
          plan(),
          reading());
    }

    private Instant claimedAt() {
      return NOW.minus(age.time);
    }

    private List<PowerJob> jobs() {
      return job == Job.GONE
          ? List.of()
          : List.of(
              new PowerJob(
                  new ObjectKey("lab", JOB),
                  new ObjectKey("lab", "m1"),
                  OperationType.SHUTDOWN,
                  PowerJob.State.valueOf(job.name()),
                  claimedAt(),
                  job == Job.FAILED ? "BackoffLimitExceeded" : ""));
    }

    private Optional<KubernetesNode> kubernetesNode() {
      KubernetesNodeBuilder ours = KubernetesNodeBuilder.node("m1").cordonedByUs();
      return switch (node) {
        case ABSENT -> Optional.empty();
        case DEAF_BEFORE -> Optional.of(ours.ready(false, claimedAt().minusSeconds(60)).build());
        case WENT_LATELY -> Optional.of(ours.ready(false, NOW.minusSeconds(2)).build());
        case READY_CORDONED -> Optional.of(ours.build());
        case READY_OPEN -> Optional.of(KubernetesNodeBuilder.node("m1").build());
      };
    }

    private Optional<DeviceReading> reading() {
      return switch (plug) {
        case CANNOT_TELL, SILENT -> Optional.empty();
        case ON -> Optional.of(new DeviceReading(ObservedPower.ON, NOW.minusSeconds(1)));
        case OFF -> Optional.of(new DeviceReading(ObservedPower.OFF, NOW.minusSeconds(1)));
      };
    }

    private PowerPlan plan() {
      Recipe first = recipe("ipmi", Duration.ZERO, Giver.JOB, Probe.NONE);
      Probe tells = plug == Plug.CANNOT_TELL ? Probe.NONE : Probe.POWER;
      Recipe next = recipe("plug", AFTER, Giver.OPERATOR, tells);
      return new PowerPlan(more ? List.of(first, next) : List.of(first));
    }

    private static Recipe recipe(String name, Duration after, Giver giver, Probe probe) {
      return new Recipe(name, Map.of(), Optional.empty(), after, giver, giver, probe);
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
      return new Look(job, age, node, pods, will, plug, false);
    }

    boolean ready() {
      return node == Node.READY_CORDONED || node == Node.READY_OPEN;
    }

    boolean live() {
      return job == Job.RUNNING || job == Job.STOPPING;
    }

    /** Whether it would be right to take the power by whatever means. */
    boolean may() {
      return will == Will.OFF && (!ready() || (node == Node.READY_CORDONED && pods == Pods.NONE));
    }

    /** Whether it is off for all that is known, or may turn out to be in a minute. */
    boolean offOrGoing() {
      boolean went = node == Node.WENT_LATELY;
      boolean seemsOff = job == Job.SUCCEEDED && plug == Plug.CANNOT_TELL;
      boolean settling = went && job != Job.SUCCEEDED;
      return !ready() && (plug == Plug.OFF || seemsOff || settling);
    }

    /** Whether the Job is known to have come to nothing, or has had its time. */
    boolean failed() {
      boolean settled = !ready() || age.atLeast(Duration.ofMinutes(1));
      return age.atLeast(AFTER) || (job == Job.FAILED && settled);
    }
  }

  private static void each(Consumer<Look> visitor) {
    for (Job job : Job.values()) {
      for (Age age : Age.values()) {
        for (Node node : Node.values()) {
          for (Pods pods : Pods.values()) {
            for (Will will : Will.values()) {
              for (Plug plug : Plug.values()) {
                visitor.accept(new Look(job, age, node, pods, will, plug, true));
              }
            }
          }
        }
      }
    }
  }

  @Test
  void thePlugIsToldExactlyWhereTheJobHasFailedAndNothingSpeaksAgainstIt() {
    List<Object> wrong = new ArrayList<>();
    each(
        look -> {
          boolean should = look.may() && look.failed() && !look.live() && !look.offOrGoing();
          Decision decision = look.decide().decision();
          if (should != (decision instanceof Decision.FallBack)) {
            wrong.add(look + " " + decision);
          }
        });
    assertThat(wrong).isEmpty();
  }

  @Test
  void aJobThatStillRunsIsEndedForItAndWaitedFor() {
    List<Object> wrong = new ArrayList<>();
    each(
        look -> {
          boolean ends = look.may() && look.job() == Job.RUNNING && look.age().atLeast(AFTER);
          Decision decision = look.decide().decision();
          boolean cancels = decision instanceof Decision.CancelPowerOff;
          boolean waits = look.job() == Job.STOPPING && look.may();
          if ((ends && !cancels) || (waits && !(decision instanceof Decision.Wait))) {
            wrong.add(look + " " + decision);
          }
        });
    assertThat(wrong).isEmpty();
    Look hangs =
        new Look(
            Job.RUNNING,
            Age.LATE,
            Node.READY_CORDONED,
            Pods.NONE,
            Will.OFF,
            Plug.CANNOT_TELL,
            true);
    assertThat(hangs.decide().decision())
        .isEqualTo(new Decision.CancelPowerOff(Reason.FALLING_BACK));
    assertThat(hangs.decide().after()).isEqualTo(hangs.machine().status());
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
        && after.progress() == Progress.SHUTTING_DOWN
        && claim.attempt() == 4
        && claim.stage() == 1
        && claim.claimedAt().equals(NOW)
        && claim.recipe().equals(Optional.of("plug"))
        && claim.job().isEmpty()
        && after.operation().orElseThrow().outcomes().size() == 1
        && !(Look.decide(next).decision() instanceof Decision.Touching);
  }

  @Test
  void withoutAnotherRecipeNothingIsDecidedOtherwise() {
    List<Object> wrong = new ArrayList<>();
    each(
        look -> {
          Decision with = look.decide().decision();
          Decision without = look.without().decide().decision();
          boolean ending =
              look.job() == Job.STOPPING
                  && look.age().atLeast(AFTER)
                  && with.reason() == Reason.JOB_RUNNING;
          boolean falls =
              with instanceof Decision.FallBack
                  || ending
                  || (with instanceof Decision.CancelPowerOff
                      && with.reason() == Reason.FALLING_BACK);
          boolean same =
              with.getClass().equals(without.getClass()) && with.reason() == without.reason();
          if (look.plug() == Plug.CANNOT_TELL && !falls && !same) {
            wrong.add(look + " " + with + " " + without);
          }
        });
    assertThat(wrong).isEmpty();
  }

  @Test
  void aMachineThatThePlugSeesOnIsNotOffWhateverItsJobSays() {
    List<Object> wrong = new ArrayList<>();
    each(
        look -> {
          boolean off = look.decide().decision() instanceof Decision.ConfirmOff;
          if (off && (look.plug() == Plug.ON || look.plug() == Plug.SILENT)) {
            wrong.add(look);
          }
        });
    assertThat(wrong).isEmpty();
  }

  @Test
  void whatCameOfTheJobIsTold() {
    Look failed =
        new Look(
            Job.FAILED,
            Age.SETTLED,
            Node.READY_CORDONED,
            Pods.NONE,
            Will.OFF,
            Plug.CANNOT_TELL,
            true);
    assertThat(Conditions.of(failed.decide()).toString())
        .contains("plug comes next; ipmi: BackoffLimitExceeded");
    Look idle =
        new Look(
            Job.SUCCEEDED,
            Age.LATE,
            Node.READY_CORDONED,
            Pods.NONE,
            Will.OFF,
            Plug.CANNOT_TELL,
            true);
    assertThat(Conditions.of(idle.decide()).toString())
        .contains("plug comes next; ipmi has not switched the machine off within 240 s");
  }

  @Test
  void itIsLookedAtAgainWhenTheTimeOfTheJobIsOver() {
    Look sent =
        new Look(
            Job.SUCCEEDED,
            Age.YOUNG,
            Node.READY_CORDONED,
            Pods.NONE,
            Will.OFF,
            Plug.CANNOT_TELL,
            true);
    assertThat(sent.decide().again()).contains(NOW.minus(Age.YOUNG.time).plus(AFTER));
  }
}
