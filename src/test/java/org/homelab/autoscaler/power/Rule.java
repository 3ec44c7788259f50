package org.homelab.autoscaler.power;

import java.util.function.Predicate;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
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
import org.homelab.autoscaler.power.Decision.CancelPowerOff;
import org.homelab.autoscaler.power.Decision.CancelPowerOn;
import org.homelab.autoscaler.power.Decision.CancelShutdown;
import org.homelab.autoscaler.power.Decision.ConfirmOff;
import org.homelab.autoscaler.power.Decision.Drain;
import org.homelab.autoscaler.power.Decision.FailShutdown;
import org.homelab.autoscaler.power.Decision.FailStartup;
import org.homelab.autoscaler.power.Decision.FallBack;
import org.homelab.autoscaler.power.Decision.Leave;
import org.homelab.autoscaler.power.Decision.LetGo;
import org.homelab.autoscaler.power.Decision.PowerOff;
import org.homelab.autoscaler.power.Decision.PowerOn;
import org.homelab.autoscaler.power.Decision.Refuse;
import org.homelab.autoscaler.power.Decision.Register;
import org.homelab.autoscaler.power.Decision.TakeCharge;
import org.homelab.autoscaler.power.Decision.Touching;
import org.homelab.autoscaler.power.Decision.Wait;
import org.homelab.autoscaler.power.Decision.Would;

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

  THE_NEXT_RECIPE_TAKES_POWER_ONLY_WHERE_NOBODY_WORKS_OR_THE_DRAIN_STILL_HOLDS(
      c ->
          !fallsBack(c.decision(), OperationType.SHUTDOWN)
              || !c.look().nodeReady()
              || (c.cell().cordoned()
                  && (c.cell().pods() == Pods.NONE
                      || (c.cell().policy() == Policy.FORCE && c.cell().time() == Time.OVER)))),

  THE_NEXT_RECIPE_IS_USED_ONLY_WHERE_ONE_IS_NAMED_AND_NOT_TOO_SOON(
      c ->
          !(c.decision() instanceof FallBack)
              || (c.cell().special() == Special.FALLBACK
                  && (c.cell().job() == Job.FAILED
                      || c.cell().time() == Time.OVER
                      || (c.cell().job() != Job.CLAIMED
                          && c.cell().job() != Job.CLAIMED_BESIDE_ANOTHER)))),

  NO_COMMAND_IS_GIVEN_WHILE_A_JOB_LIVES(
      c -> !commands(c.decision()) || !(c.cell().ownJobLives() || c.cell().anotherJobLives())),

  NO_MACHINE_THAT_IS_OR_JUST_WAS_READY_IS_SWITCHED_ON(
      c ->
          !(c.decision() instanceof PowerOn || fallsBack(c.decision(), OperationType.STARTUP))
              || c.cell().node() == Node.ABSENT
              || c.cell().node() == Node.LONG_DEAF
              || c.cell().node() == Node.LONG_DEAF_CORDONED),

  POWER_FOLLOWS_WHAT_IS_DESIRED(
      c ->
          c.decision() instanceof PowerOn || fallsBack(c.decision(), OperationType.STARTUP)
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
            case NOTHING, NO_ROOM, NO_TURN, FORCED, KEPT, FALLBACK, NOT_IN_CHARGE, OWN_NODE -> true;
            case CONTROL_PLANE -> c.neverSeen() || isLeftAlone(c.decision());
            case DELETED ->
                isLeftAlone(c.decision())
                    || c.decision() instanceof LetGo
                    || c.decision() instanceof CancelPowerOn
                    || isSeenThrough(c);
            case NO_GROUP ->
                isLeftAlone(c.decision()) || c.decision() instanceof Leave || isSeenThrough(c);
            case DUPLICATE -> c.decision() instanceof Refuse;
          }),

  IN_MAINTENANCE_NOTHING_IS_STARTED(
      c ->
          c.cell().hold() != Held.MAINTENANCE
              || !(c.decision() instanceof PowerOn
                  || fallsBack(c.decision(), OperationType.STARTUP)
                  || c.decision() instanceof Adopt
                  || (c.decision() instanceof BeginShutdown
                      && c.decision().reason() == Reason.CLEAN_UP))),

  A_DRY_RUN_TOUCHES_NOTHING_BUT_A_CORDON_OF_OURS(
      c -> {
        // What is special makes no difference here, and this rule costs a second decision.
        if (c.cell().special() != Special.NOTHING) {
          return true;
        }
        Decision dry = StateMachine.decide(c.look(), dryRun(c.cell().rules()), Cell.NOW);
        boolean givesBack =
            (dry instanceof CancelShutdown || dry instanceof FailShutdown)
                && (c.cell().cordoned() || c.cell().machine() == Standing.SHUTTING_DOWN);
        boolean told = dry instanceof Would && dry.after(c.look(), Cell.NOW).equals(c.before());
        boolean mayStay =
            c.cell().node() != Node.READY_CORDONED
                || (c.cell().machine() == Standing.SHUTTING_DOWN && c.commanded());
        return dry.harmless() || givesBack || (told && mayStay);
      }),

  WHAT_IS_NOT_IN_OUR_CHARGE_IS_NOT_TOUCHED(
      c ->
          c.cell().special() != Special.NOT_IN_CHARGE
              || c.decision() instanceof TakeCharge
              || c.decision() instanceof Refuse),

  A_POWER_ON_WAITS_FOR_ITS_TURN(
      c -> c.cell().special() != Special.NO_TURN || !(c.decision() instanceof PowerOn)),

  WHAT_IS_LEFT_ALONE_WHILE_IT_IS_ON_IS_NOT_LEFT_CORDONED_BY_US(
      c ->
          !(c.decision() instanceof Refuse)
              || c.cell().node() != Node.READY_CORDONED
              || c.cell().machine() == Standing.SHUTTING_DOWN
              || c.cell().special() == Special.DUPLICATE
              || powerOffLives(c.cell())),

  NOTHING_IS_LET_GO_HALF_SWITCHED(
      c ->
          !(c.decision() instanceof LetGo)
              || (c.look().liveJob().isEmpty() && !(c.cell().machine() == Standing.SHUTTING_DOWN))),

  A_GROUP_THAT_IS_FORCED_ON_FORCES_NO_MACHINE_THAT_FAILED(
      c ->
          !isForced(c.decision())
              || (c.cell().special() == Special.FORCED
                  && c.cell().desired() == Desired.OFF
                  && !quarantined(c.cell())
                  && !backingOff(c.cell()))),

  A_READY_MACHINE_IS_NOT_OFF(c -> !(c.decision() instanceof ConfirmOff) || !c.look().nodeReady()),

  ONLY_A_JOB_THAT_SUCCEEDED_MAKES_A_SHORT_SILENCE_MEAN_OFF(
      c ->
          !(c.decision() instanceof ConfirmOff)
              || !flapping(c.cell())
              || c.cell().job() == Job.SUCCEEDED),

  ONLY_A_READY_NODE_MEANS_ON(
      c ->
          !(c.decision() instanceof BecomeReady || isTakenIn(c.decision()))
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
                  || (c.decision() instanceof Register
                      && c.decision().reason() == Reason.AT_MAXIMUM)
                  || c.decision() instanceof CancelShutdown
                  || c.decision() instanceof FailShutdown)
              || !powerOffLives(c.cell())),

  A_MACHINE_IS_TAKEN_IN_ONLY_WHERE_THERE_IS_ROOM(
      c ->
          !(c.decision() instanceof Adopt)
              || (c.cell().special() != Special.NO_ROOM && c.cell().desired() == Desired.OFF)),

  ONLY_WHAT_WAS_SWITCHED_ON_BY_NOBODY_IS_TAKEN_IN(
      c ->
          !isTakenIn(c.decision())
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

    /** Whether a command may have been given that is not taken back any more. */
    boolean commanded() {
      return cell.job() != Job.NONE && cell.job() != Job.BEGUN;
    }

    MachineStatus before() {
      return look.status();
    }
  }

  private static boolean isTakenIn(Decision decision) {
    return decision instanceof Adopt && !isForced(decision);
  }

  private static boolean isForced(Decision decision) {
    return decision instanceof Adopt && decision.reason() == Reason.FORCED_ON;
  }

  static PowerPolicy dryRun(PowerPolicy policy) {
    return new PowerPolicy(
        policy.startup(),
        policy.shutdown(),
        policy.drain(),
        policy.drainPolicy(),
        policy.settle(),
        policy.backOff(),
        policy.maxBackOff(),
        policy.maxFailures(),
        policy.protectedNodes(),
        policy.probe(),
        true,
        policy.group(),
        policy.neighbours());
  }

  /** A power-off that was given is followed to its end, or a Job waited for. */
  private static boolean isSeenThrough(Case taken) {
    return taken.decision() instanceof Wait
        || taken.decision() instanceof CancelPowerOff
        || (taken.cell().machine() == Standing.SHUTTING_DOWN
            && (taken.decision() instanceof ConfirmOff
                || taken.decision() instanceof FailShutdown));
  }

  private static boolean commands(Decision decision) {
    return attempt(decision) > 0;
  }

  private static int attempt(Decision decision) {
    if (decision instanceof PowerOn on) {
      return on.attempt();
    }
    if (decision instanceof PowerOff off) {
      return off.attempt();
    }
    return decision instanceof FallBack next ? next.attempt() : 0;
  }

  private static boolean fallsBack(Decision decision, OperationType type) {
    return decision instanceof FallBack next && next.type() == type;
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
        || decision instanceof PowerOff
        || fallsBack(decision, OperationType.SHUTDOWN);
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
