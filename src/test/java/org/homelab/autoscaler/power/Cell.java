package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.GroupPolicies;
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
import org.homelab.autoscaler.fleet.PowerUps;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.fleet.Template;

/**
 * One look that there can be at a machine, as a choice in each of eleven dimensions. The words in
 * lower case are those of {@code decisions.txt}.
 */
record Cell(
    Standing machine,
    Special special,
    Desired desired,
    Node node,
    Held hold,
    Job job,
    Time time,
    Failed failures,
    Pods pods,
    Policy policy) {
  static final Instant NOW = Instant.parse("2026-11-01T06:00:00Z");
  static final ObjectKey KEY = new ObjectKey("lab", "m1");
  static final ObjectKey GROUP = new ObjectKey("lab", "rack");
  private static final int ATTEMPTS = 3;
  private static final Duration AGE = Duration.ofMinutes(3);
  private static final Duration OLD_AGE = Duration.ofMinutes(20);
  private static final Duration YOUNG_AGE = Duration.ofSeconds(10);
  private static final Recipe PLUG =
      new Recipe(
          "plug",
          Map.of(),
          Optional.empty(),
          Duration.ofMinutes(2),
          Recipe.Giver.OPERATOR,
          Recipe.Giver.OPERATOR,
          Recipe.Probe.NONE);
  private static final PowerPlan THEN_A_PLUG =
      new PowerPlan(List.of(Recipe.JOB, PLUG), List.of(PLUG));
  private static final Map<String, String> CONTROL_PLANE =
      Map.of("node-role.kubernetes.io/control-plane", "");

  enum Standing {
    NEW,
    OFF,
    UNCLEAR,
    STARTING_UP,
    READY,
    SHUTTING_DOWN
  }

  enum Special {
    NOTHING,
    NO_ROOM,
    /** Others of the group are being powered on, and it bears no more. */
    NO_TURN,
    /** The group is forced on. */
    FORCED,
    /** A person keeps it on. */
    KEPT,
    /**
     * When its Job does not work, a plug is told, whose time has come unless the claim is young.
     */
    FALLBACK,
    /** Our finalizer is not on it yet. */
    NOT_IN_CHARGE,
    OWN_NODE,
    CONTROL_PLANE,
    DELETED,
    NO_GROUP,
    DUPLICATE
  }

  enum Desired {
    ON,
    OFF
  }

  enum Node {
    ABSENT,
    READY,
    READY_CORDONED,
    JOINING,
    DEAF,
    DEAF_CORDONED,
    LONG_DEAF,
    LONG_DEAF_CORDONED
  }

  enum Held {
    NO,
    HELD,
    MAINTENANCE
  }

  enum Job {
    NONE,
    BEGUN,
    CLAIMED,
    CLAIMED_BESIDE_ANOTHER,
    CLAIMED_LONG_AGO,
    LOST,
    RUNNING,
    SUCCEEDED,
    FAILED,
    STOPPING,
    ANOTHER_ON,
    ANOTHER_OFF
  }

  enum Time {
    LEFT,
    OVER
  }

  enum Failed {
    NONE,
    ON_BACK_OFF,
    ON_AGAIN,
    ON_QUARANTINED,
    OFF_BACK_OFF,
    OFF_AGAIN,
    OFF_QUARANTINED,
    RELEASED
  }

  enum Pods {
    UNSEEN,
    LEFT,
    NONE
  }

  enum Policy {
    FAIL,
    FORCE
  }

  Machine look() {
    return new Machine(
        declared(),
        special == Special.NO_GROUP ? Optional.empty() : Optional.of(GROUP),
        problem(),
        kubernetesNode(),
        jobs(),
        switch (pods) {
          case UNSEEN -> Optional.empty();
          case LEFT -> Optional.of(new DrainView(2, "prod/db-0: PDB allows 0"));
          case NONE -> Optional.of(DrainView.EMPTY);
        },
        Optional.empty(),
        special == Special.FALLBACK ? THEN_A_PLUG : PowerPlan.JOBS,
        Optional.empty());
  }

  PowerPolicy rules() {
    // A claim that is young and whose time is over needs times shorter than the resume window.
    boolean brief = claim().filter(YOUNG_AGE::equals).isPresent() && time == Time.OVER;
    return new PowerPolicy(
        brief ? Duration.ofSeconds(5) : Duration.ofSeconds(450),
        brief ? Duration.ofSeconds(5) : Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        DrainPolicy.valueOf(policy.name()),
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        Duration.ofMinutes(30),
        3,
        special == Special.OWN_NODE ? Set.of("m1") : Set.of(),
        Duration.ofHours(6),
        false,
        group(),
        neighbours());
  }

  private GroupPolicy group() {
    GroupPolicy none = GroupPolicy.NONE;
    return special == Special.FORCED
        ? GroupPolicies.forced(none, Optional.of(new Hold(Optional.empty(), "big build")))
        : none;
  }

  private Neighbours neighbours() {
    var one = new PowerUps(OptionalInt.of(1), Duration.ZERO);
    return special == Special.NO_TURN
        ? new Neighbours(
            1,
            Optional.empty(),
            List.of(
                new Share(
                    Reason.WAITING_FOR_TURN, "group rack", one, List.of("m2"), Optional.empty())))
        : Neighbours.room(special == Special.NO_ROOM ? 0 : 1);
  }

  Decision decide() {
    return StateMachine.decide(look(), rules(), NOW);
  }

  boolean anotherJobLives() {
    return job == Job.ANOTHER_ON || job == Job.ANOTHER_OFF || job == Job.CLAIMED_BESIDE_ANOTHER;
  }

  boolean ownJobLives() {
    return job == Job.RUNNING || job == Job.STOPPING;
  }

  private Declared declared() {
    return DeclaredBuilder.declared(KEY)
        .group(GROUP.name())
        .desired(desired == Desired.ON ? PowerState.ON : PowerState.OFF)
        .hold(held())
        .release(failures == Failed.RELEASED ? Optional.of("again") : Optional.empty())
        .maintenance(
            hold == Held.MAINTENANCE
                ? Optional.of(new Hold(Optional.empty(), "new fans"))
                : Optional.empty())
        .keepOn(
            special == Special.KEPT
                ? Optional.of(new Hold(Optional.empty(), "storage"))
                : Optional.empty())
        .inCharge(special != Special.NOT_IN_CHARGE)
        .deleting(special == Special.DELETED)
        .status(status())
        .build();
  }

  private Optional<Hold> held() {
    return hold == Held.HELD ? Optional.of(new Hold(Optional.empty(), "disk")) : Optional.empty();
  }

  private Optional<Problem> problem() {
    return switch (special) {
      case NOTHING,
          NO_ROOM,
          NO_TURN,
          FORCED,
          KEPT,
          FALLBACK,
          NOT_IN_CHARGE,
          OWN_NODE,
          CONTROL_PLANE,
          DELETED ->
          Optional.empty();
      case NO_GROUP -> Optional.of(new Problem(Problem.Code.NO_GROUP, "no Group"));
      case DUPLICATE -> Optional.of(new Problem(Problem.Code.DUPLICATE, "two Nodes"));
    };
  }

  private MachineStatus status() {
    if (machine == Standing.NEW) {
      return MachineStatus.NEW.withFailure(failure());
    }
    var template =
        new Template(
            special == Special.CONTROL_PLANE ? CONTROL_PLANE : Map.of(),
            List.of(),
            Map.of(),
            Map.of());
    return MachineStatus.NEW
        .with(progress(), power())
        .withAttempts(ATTEMPTS)
        .withFailure(failure())
        .with(operation())
        .remembering(template, Optional.empty());
  }

  private Progress progress() {
    return switch (machine) {
      case NEW -> Progress.NEW;
      case OFF, UNCLEAR -> Progress.SHUTDOWN;
      case STARTING_UP -> Progress.STARTING_UP;
      case READY -> Progress.READY;
      case SHUTTING_DOWN -> Progress.SHUTTING_DOWN;
    };
  }

  private ObservedPower power() {
    return switch (machine) {
      case OFF -> ObservedPower.OFF;
      case READY -> ObservedPower.ON;
      case NEW, UNCLEAR, STARTING_UP, SHUTTING_DOWN -> ObservedPower.UNKNOWN;
    };
  }

  private OperationType type() {
    return machine == Standing.SHUTTING_DOWN || machine == Standing.OFF
        ? OperationType.SHUTDOWN
        : OperationType.STARTUP;
  }

  private Optional<Operation> operation() {
    boolean under = machine == Standing.STARTING_UP || machine == Standing.SHUTTING_DOWN;
    if (!under || job == Job.NONE) {
      return Optional.empty();
    }
    Instant startedAt = NOW.minus(time == Time.OVER ? OLD_AGE : AGE);
    boolean known = job == Job.LOST || ownJobLives() || job == Job.SUCCEEDED || job == Job.FAILED;
    return Optional.of(
        new Operation(
            type(),
            startedAt,
            claim()
                .map(
                    age ->
                        new Operation.Command(
                            ATTEMPTS,
                            NOW.minus(age),
                            known ? Optional.of(ownName()) : Optional.empty()))));
  }

  /** How long ago the command was claimed. */
  private Optional<Duration> claim() {
    return switch (job) {
      case NONE, BEGUN, ANOTHER_ON, ANOTHER_OFF -> Optional.empty();
      case CLAIMED, CLAIMED_BESIDE_ANOTHER -> Optional.of(YOUNG_AGE);
      case CLAIMED_LONG_AGO, LOST, RUNNING, SUCCEEDED, FAILED, STOPPING ->
          Optional.of(time == Time.OVER ? OLD_AGE : AGE);
    };
  }

  private String ownName() {
    return JobNames.of(KEY.name(), type(), ATTEMPTS);
  }

  private List<PowerJob> jobs() {
    List<PowerJob> jobs = new ArrayList<>();
    switch (job) {
      case NONE, BEGUN, CLAIMED, CLAIMED_LONG_AGO, LOST -> {}
      case RUNNING -> jobs.add(own(PowerJob.State.RUNNING));
      case SUCCEEDED -> jobs.add(own(PowerJob.State.SUCCEEDED));
      case FAILED -> jobs.add(own(PowerJob.State.FAILED));
      case STOPPING -> jobs.add(own(PowerJob.State.STOPPING));
      case ANOTHER_ON -> jobs.add(another(OperationType.STARTUP));
      case ANOTHER_OFF, CLAIMED_BESIDE_ANOTHER -> jobs.add(another(OperationType.SHUTDOWN));
    }
    return jobs;
  }

  private PowerJob own(PowerJob.State state) {
    return job(ownName(), type(), state);
  }

  private static PowerJob another(OperationType type) {
    return job("m1-" + type.text() + "-1761976800", type, PowerJob.State.RUNNING);
  }

  private static PowerJob job(String name, OperationType type, PowerJob.State state) {
    return new PowerJob(
        new ObjectKey("lab", name), KEY, type, state, NOW.minus(AGE), "BackoffLimitExceeded");
  }

  private Optional<KubernetesNode> kubernetesNode() {
    KubernetesNodeBuilder building = KubernetesNodeBuilder.node("m1");
    if (special == Special.CONTROL_PLANE) {
      building.labels(CONTROL_PLANE);
    }
    if (node == Node.JOINING) {
      return Optional.of(
          building.ready(false, NOW.minus(YOUNG_AGE)).providerId(Optional.empty()).build());
    }
    building.label("infra.homecluster.dev/group", "rack");
    building.label("infra.homecluster.dev/node", "m1");
    return switch (node) {
      case ABSENT -> Optional.empty();
      case READY, READY_CORDONED -> Optional.of(cordon(building));
      case JOINING, DEAF, DEAF_CORDONED ->
          Optional.of(cordon(building.ready(false, NOW.minus(YOUNG_AGE))));
      case LONG_DEAF, LONG_DEAF_CORDONED ->
          Optional.of(cordon(building.ready(false, NOW.minus(Duration.ofHours(1)))));
    };
  }

  boolean cordoned() {
    return node == Node.READY_CORDONED
        || node == Node.DEAF_CORDONED
        || node == Node.LONG_DEAF_CORDONED;
  }

  private KubernetesNode cordon(KubernetesNodeBuilder building) {
    return (cordoned() ? building.cordonedByUs() : building).build();
  }

  private Optional<Failure> failure() {
    return switch (failures) {
      case NONE -> Optional.empty();
      case ON_BACK_OFF -> failure(OperationType.STARTUP, YOUNG_AGE, 1);
      case ON_AGAIN -> failure(OperationType.STARTUP, OLD_AGE, 1);
      case ON_QUARANTINED, RELEASED -> failure(OperationType.STARTUP, OLD_AGE, 3);
      case OFF_BACK_OFF -> failure(OperationType.SHUTDOWN, YOUNG_AGE, 1);
      case OFF_AGAIN -> failure(OperationType.SHUTDOWN, OLD_AGE, 1);
      case OFF_QUARANTINED -> failure(OperationType.SHUTDOWN, OLD_AGE, 3);
    };
  }

  private static Optional<Failure> failure(OperationType type, Duration age, int count) {
    return Optional.of(new Failure(type, "JobFailed", "no answer", NOW.minus(age), count, "", ""));
  }
}
