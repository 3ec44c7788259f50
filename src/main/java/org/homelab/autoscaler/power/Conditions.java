package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.HealthCheck;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.Observation;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Progress;

/** What a user is told about a machine. Pure. */
public final class Conditions {
  /** The machine is on and takes pods. */
  public static final String READY = "Ready";

  /** A power operation is under way. */
  public static final String PROGRESSING = "Progressing";

  /** The last operations failed. */
  public static final String POWER_FAILED = "PowerFailed";

  /** A person keeps hands off the machine, or works on it. */
  public static final String HELD = "Held";

  /** Probes see the power other than it is wanted, and nothing is under way. */
  public static final String POWER_DRIFT = "PowerDrift";

  /** The Node's healthCheck can be read. */
  public static final String HEALTH_CHECK_VALID = "HealthCheckValid";

  /** The Cluster Autoscaler may not give the machine up. */
  public static final String KEPT_ON = "KeptOn";

  /** What would be done, were this no dry run; there is none otherwise. */
  public static final String DRY_RUN = "DryRun";

  private Conditions() {}

  /** The conditions that hold once the step has been taken; always all but {@link #DRY_RUN}. */
  public static List<ConditionValue> of(Step step) {
    List<ConditionValue> all =
        List.of(
            ready(step),
            progressing(step),
            failed(step),
            held(step.machine(), step.now()),
            kept(step),
            drift(step),
            healthCheck(step.machine().spec().healthCheck()));
    return step.policy().dryRun()
        ? Stream.concat(all.stream(), Stream.of(dryRun(step))).toList()
        : all;
  }

  private static ConditionValue dryRun(Step step) {
    if (step.decision() instanceof Decision.Would would) {
      return new ConditionValue(
          DRY_RUN, true, step.reason(), would.words() + ": " + step.reason().sentence());
    }
    return new ConditionValue(DRY_RUN, true, Reason.DRY_RUN, Reason.DRY_RUN.sentence());
  }

  private static ConditionValue kept(Step step) {
    Optional<Stay> stay =
        step.after().progress() == Progress.READY
            ? Stay.of(
                step.machine(),
                step.policy().group(),
                step.policy().neighbours().groupPoweredOn(),
                step.now())
            : Optional.empty();
    return stay.map(why -> new ConditionValue(KEPT_ON, true, why.reason(), why.words()))
        .orElseGet(
            () -> new ConditionValue(KEPT_ON, false, Reason.NOT_KEPT, Reason.NOT_KEPT.sentence()));
  }

  private static ConditionValue ready(Step step) {
    boolean ready = step.after().progress() == Progress.READY && step.machine().nodeReady();
    if (ready && !(step.decision() instanceof Decision.Refuse)) {
      return new ConditionValue(READY, true, Reason.READY, Reason.READY.sentence());
    }
    return new ConditionValue(READY, ready, step.reason(), message(step.reason(), detail(step)));
  }

  private static ConditionValue progressing(Step step) {
    boolean progressing = step.after().operation().isPresent();
    return new ConditionValue(
        PROGRESSING, progressing, step.reason(), message(step.reason(), detail(step)));
  }

  private static String detail(Step step) {
    if (step.decision() instanceof Decision.Wait wait) {
      return wait.detail();
    }
    if (step.decision() instanceof Decision.Would would) {
      return "Dry run: " + would.words() + ".";
    }
    if (step.decision() instanceof Decision.Refuse refuse) {
      return refuse.how();
    }
    if (step.decision() instanceof Decision.FallBack next) {
      return Outcomes.next(step, next);
    }
    if (step.decision() instanceof Decision.FailStartup fail) {
      return fail.how();
    }
    if (step.decision() instanceof Decision.FailShutdown fail) {
      return fail.how();
    }
    String fallbacks = Outcomes.ended(step);
    if (!fallbacks.isEmpty()) {
      return fallbacks;
    }
    return step.machine()
        .drain()
        .map(pods -> pods.progress(step.after().operation().map(Operation::pods).orElse(0)))
        .orElse("");
  }

  private static ConditionValue failed(Step step) {
    MachineStatus after = step.after();
    if (after.failure().isEmpty()) {
      return new ConditionValue(
          POWER_FAILED, false, Reason.NO_FAILURE, Reason.NO_FAILURE.sentence());
    }
    Failure failure = after.failure().get();
    Reason state =
        Failures.released(failure, step.machine())
            ? Reason.RELEASED
            : step.policy().quarantines(failure) ? Reason.QUARANTINED : Reason.BACK_OFF;
    String times = failure.count() + (failure.count() == 1 ? " failure" : " failures in a row");
    String words = failure.reason() + " of " + failure.type().text() + ", " + times;
    String cause = failure.message().isEmpty() ? words : words + ": " + failure.message();
    String message =
        state == Reason.QUARANTINED
            ? step.policy().probeAt(failure).map(at -> cause + "; next try at " + at).orElse(cause)
            : cause;
    return new ConditionValue(POWER_FAILED, true, state, message(state, message));
  }

  private static ConditionValue held(Machine machine, Instant now) {
    Optional<Hold> hold = machine.hold(now);
    return hold.map(held -> held(Reason.HELD, held))
        .or(() -> machine.maintenance(now).map(work -> held(Reason.MAINTENANCE, work)))
        .orElseGet(
            () -> new ConditionValue(HELD, false, Reason.NOT_HELD, Reason.NOT_HELD.sentence()));
  }

  private static ConditionValue drift(Step step) {
    Machine machine = step.machine();
    ObservedPower against = machine.desiredOn() ? ObservedPower.OFF : ObservedPower.ON;
    Optional<Observation> seen =
        machine
            .observation()
            .filter(o -> o.power() == against && !machine.nodeReady())
            .filter(o -> step.after().operation().isEmpty() && quiet(step));
    return seen.map(
            o ->
                new ConditionValue(
                    POWER_DRIFT,
                    true,
                    Reason.POWER_DRIFT,
                    message(Reason.POWER_DRIFT, o.source() + " says " + against.text() + ".")))
        .orElseGet(
            () ->
                new ConditionValue(
                    POWER_DRIFT, false, Reason.NO_DRIFT, Reason.NO_DRIFT.sentence()));
  }

  /** A machine that is about to be switched is not adrift. */
  private static boolean quiet(Step step) {
    return step.decision() instanceof Decision.Wait || step.decision() instanceof Decision.Refuse;
  }

  /** Whether that healthCheck, of a Node or a Group, can be read. */
  public static ConditionValue healthCheck(HealthCheck check) {
    return check
        .invalid()
        .map(
            why ->
                new ConditionValue(
                    HEALTH_CHECK_VALID,
                    false,
                    Reason.HEALTH_CHECK_INVALID,
                    message(Reason.HEALTH_CHECK_INVALID, why)))
        .orElseGet(
            () ->
                new ConditionValue(
                    HEALTH_CHECK_VALID,
                    true,
                    Reason.HEALTH_CHECK_READ,
                    Reason.HEALTH_CHECK_READ.sentence()));
  }

  private static ConditionValue held(Reason reason, Hold hold) {
    return new ConditionValue(HELD, true, reason, message(reason, hold.reason()));
  }

  private static String message(Reason reason, String detail) {
    return detail.isEmpty() ? reason.sentence() : reason.sentence() + " " + detail;
  }
}
