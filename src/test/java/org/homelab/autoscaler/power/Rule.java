package org.homelab.autoscaler.power;

import java.util.function.Predicate;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.Cell.Desired;
import org.homelab.autoscaler.power.Cell.Failed;
import org.homelab.autoscaler.power.Cell.Held;
import org.homelab.autoscaler.power.Cell.Job;
import org.homelab.autoscaler.power.Cell.Node;
import org.homelab.autoscaler.power.Cell.Pods;
import org.homelab.autoscaler.power.Cell.Policy;
import org.homelab.autoscaler.power.Cell.Special;
import org.homelab.autoscaler.power.Cell.Standing;
import org.homelab.autoscaler.power.Cell.Time;
import org.homelab.autoscaler.power.Decision.Adopt;
import org.homelab.autoscaler.power.Decision.BecomeReady;
import org.homelab.autoscaler.power.Decision.BeginShutdown;
import org.homelab.autoscaler.power.Decision.CancelShutdown;
import org.homelab.autoscaler.power.Decision.ConfirmOff;
import org.homelab.autoscaler.power.Decision.Drain;
import org.homelab.autoscaler.power.Decision.FailShutdown;
import org.homelab.autoscaler.power.Decision.FailStartup;
import org.homelab.autoscaler.power.Decision.PowerOff;
import org.homelab.autoscaler.power.Decision.PowerOn;
import org.homelab.autoscaler.power.Decision.Refuse;
import org.homelab.autoscaler.power.Decision.Touching;
import org.homelab.autoscaler.power.Decision.Wait;

/** What must be true of the decision in every cell: the safety rules, one by one. */
enum Rule {
  A_HELD_MACHINE_IS_NOT_TOUCHED(
      c -> !(c.cell().hold() == Held.HELD && c.decision() instanceof Touching)),

  NO_POWER_GOES_WITH_PODS_LEFT_UNLESS_FORCED_AFTER_THE_DEADLINE(
      c ->
          !(c.decision() instanceof PowerOff)
              || c.cell().pods() == Pods.NONE
              || (c.cell().policy() == Policy.FORCE
                  && c.cell().time() == Time.OVER
                  && c.decision().reason() == Reason.DRAIN_FORCED)),

  NO_POWER_GOES_WHILE_PODS_CAN_COME(
      c ->
          !(c.decision() instanceof PowerOff)
              || c.cell().node() == Node.ABSENT
              || c.cell().cordoned()),

  NO_COMMAND_IS_GIVEN_WHILE_A_JOB_LIVES(
      c -> !commands(c.decision()) || !(c.cell().ownJobLives() || c.cell().anotherJobLives())),

  NO_MACHINE_THAT_IS_OR_JUST_WAS_READY_IS_SWITCHED_ON(
      c ->
          !(c.decision() instanceof PowerOn)
              || c.cell().node() == Node.ABSENT
              || c.cell().node() == Node.LONG_DEAF
              || c.cell().node() == Node.LONG_DEAF_CORDONED),

  POWER_FOLLOWS_WHAT_IS_DESIRED(
      c ->
          c.decision() instanceof PowerOn
              ? c.cell().desired() == Desired.ON
              : !switchesOff(c.decision()) || c.cell().desired() == Desired.OFF),

  THE_MACHINE_OF_THE_OPERATOR_STAYS(
      c ->
          c.cell().special() != Special.OWN_NODE
              || !(switchesOff(c.decision())
                  || (c.decision() instanceof ConfirmOff && c.cell().node() != Node.ABSENT))
              || c.cell().desired() == Desired.ON),

  WHAT_IS_DELETED_IN_QUESTION_OR_OF_THE_CONTROL_PLANE_IS_LEFT_ALONE(
      c ->
          switch (c.cell().special()) {
            case NOTHING, NO_ROOM, OWN_NODE -> true;
            case CONTROL_PLANE -> c.neverSeen() || isLeftAlone(c.decision());
            case DELETED, NO_GROUP -> isLeftAlone(c.decision());
            case DUPLICATE -> c.decision() instanceof Refuse;
          }),

  A_READY_MACHINE_IS_NOT_OFF(c -> !(c.decision() instanceof ConfirmOff) || !c.look().nodeReady()),

  ONLY_A_JOB_THAT_SUCCEEDED_MAKES_A_SHORT_SILENCE_MEAN_OFF(
      c ->
          !(c.decision() instanceof ConfirmOff)
              || !flapping(c.cell())
              || c.cell().job() == Job.SUCCEEDED),

  ONLY_A_READY_NODE_MEANS_ON(
      c ->
          !(c.decision() instanceof BecomeReady || c.decision() instanceof Adopt)
              || c.look().nodeReady()),

  QUARANTINE_AND_BACK_OFF_STOP_EVERY_NEW_POWER_ON(
      c ->
          !(c.decision() instanceof PowerOn)
              || c.decision().reason() == Reason.RESUMED
              || !(quarantined(c.cell()) || backingOff(c.cell()))),

  A_POWER_OFF_THAT_FAILED_IS_NOT_BEGUN_ANEW_BEFORE_ITS_TIME(
      c ->
          !(c.decision() instanceof BeginShutdown)
              || c.cell().machine() == Standing.STARTING_UP
              || c.cell().machine() == Standing.SHUTTING_DOWN
              || !(c.cell().failures() == Failed.OFF_BACK_OFF
                  || c.cell().failures() == Failed.OFF_QUARANTINED)),

  NO_POD_IS_INVITED_WHILE_A_JOB_MAY_SWITCH_THE_MACHINE_OFF(
      c ->
          !(c.decision() instanceof BecomeReady
                  || c.decision() instanceof CancelShutdown
                  || c.decision() instanceof FailShutdown)
              || !powerOffLives(c.cell())),

  A_MACHINE_IS_TAKEN_IN_ONLY_WHERE_THERE_IS_ROOM(
      c ->
          !(c.decision() instanceof Adopt)
              || (c.cell().special() != Special.NO_ROOM && c.cell().desired() == Desired.OFF)),

  ONLY_WHAT_WAS_SWITCHED_ON_BY_NOBODY_IS_TAKEN_IN(
      c ->
          !(c.decision() instanceof Adopt)
              || c.cell().machine() == Standing.NEW
              || c.cell().machine() == Standing.OFF),

  ATTEMPTS_ARE_COUNTED_BEFORE_A_COMMAND_AND_NEVER_DOWN(
      c -> {
        boolean counted = !commands(c.decision()) || claimed(c.after()) == attempt(c.decision());
        return counted && c.after().attempts() >= c.before().attempts();
      }),

  A_NEW_COMMAND_HAS_A_NEW_NAME(
      c ->
          !commands(c.decision())
              || attempt(c.decision()) == claimed(c.before())
              || (attempt(c.decision()) > c.before().attempts()
                  && c.look().jobs().stream()
                      .noneMatch(job -> job.key().name().endsWith("-" + attempt(c.decision()))))),

  WAITING_CHANGES_NOTHING_BUT_WHAT_IS_SEEN(
      c -> {
        return !(c.decision() instanceof Wait || c.decision() instanceof Refuse)
            || c.after()
                .equals(
                    c.before()
                        .with(c.before().progress(), c.after().power())
                        .with(c.after().operation()));
      }),

  UNKNOWN_POWER_IS_NEVER_TAKEN_FOR_OFF(
      c -> c.cell().machine() != Standing.UNCLEAR || c.decision().reason() != Reason.OFF),

  WHAT_FAILED_IS_KEPT_AND_COUNTED(
      c -> {
        return !(c.decision() instanceof FailStartup || c.decision() instanceof FailShutdown)
            || (c.after().failure().isPresent() && c.after().operation().isEmpty());
      }),

  A_STATE_AND_ITS_OPERATION_AGREE(
      c -> {
        boolean under =
            c.after().progress() == Progress.STARTING_UP
                || c.after().progress() == Progress.SHUTTING_DOWN;
        return c.after().operation().isEmpty() || under;
      }),

  THE_SAME_LOOK_NEVER_LEADS_TO_TWO_COMMANDS(c -> c.commands() <= 1),

  THE_SAME_LOOK_COMES_TO_REST(Case::rests);

  private final Predicate<Case> holds;

  Rule(Predicate<Case> holds) {
    this.holds = holds;
  }

  boolean holds(Case taken) {
    return holds.test(taken);
  }

  /** A cell, what is decided there and where that leads. */
  record Case(
      Cell cell,
      Machine look,
      Decision decision,
      MachineStatus after,
      int commands,
      boolean rests) {
    private static final int LONGEST = 8;

    static Case of(Cell cell) {
      Machine look = cell.look();
      PowerPolicy policy = cell.rules();
      Decision decision = StateMachine.decide(look, policy, Cell.NOW);
      MachineStatus after = decision.after(look, Cell.NOW);
      return repeated(cell, look, policy, decision, after);
    }

    /** Decides on and on while only the status changes and time stands still. */
    private static Case repeated(
        Cell cell, Machine look, PowerPolicy policy, Decision decision, MachineStatus after) {
      Machine machine = look;
      MachineStatus next = after;
      int commands = 0;
      for (int i = 0; i < LONGEST && !next.equals(machine.status()); i++) {
        commands += next.attempts() > machine.status().attempts() ? 1 : 0;
        machine = machine.with(next);
        next = StateMachine.decide(machine, policy, Cell.NOW).after(machine, Cell.NOW);
      }
      return new Case(cell, look, decision, after, commands, next.equals(machine.status()));
    }

    /** Nobody can know what a machine is that has never had a Kubernetes node. */
    boolean neverSeen() {
      return cell.machine() == Standing.NEW && cell.node() == Node.ABSENT;
    }

    MachineStatus before() {
      return look.status();
    }
  }

  private static boolean commands(Decision decision) {
    return decision instanceof PowerOn || decision instanceof PowerOff;
  }

  private static int attempt(Decision decision) {
    return decision instanceof PowerOn on ? on.attempt() : ((PowerOff) decision).attempt();
  }

  private static int claimed(MachineStatus status) {
    return status.operation().flatMap(Operation::command).map(Operation.Command::attempt).orElse(0);
  }

  private static boolean isLeftAlone(Decision decision) {
    return decision instanceof Refuse || decision instanceof CancelShutdown;
  }

  private static boolean switchesOff(Decision decision) {
    return decision instanceof BeginShutdown
        || decision instanceof Drain
        || decision instanceof PowerOff;
  }

  private static boolean flapping(Cell cell) {
    return cell.node() == Node.JOINING
        || cell.node() == Node.DEAF
        || cell.node() == Node.DEAF_CORDONED;
  }

  private static boolean powerOffLives(Cell cell) {
    return cell.job() == Job.ANOTHER_OFF
        || cell.job() == Job.CLAIMED_BESIDE_ANOTHER
        || (cell.ownJobLives()
            && (cell.machine() == Standing.SHUTTING_DOWN || cell.machine() == Standing.OFF));
  }

  private static boolean quarantined(Cell cell) {
    return cell.failures() == Failed.ON_QUARANTINED || cell.failures() == Failed.OFF_QUARANTINED;
  }

  private static boolean backingOff(Cell cell) {
    return cell.failures() == Failed.ON_BACK_OFF || cell.failures() == Failed.OFF_BACK_OFF;
  }
}
