package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.Progress;

/** What a user is told about a machine. Pure. */
public final class Conditions {
  /** The machine is on and takes pods. */
  public static final String READY = "Ready";

  /** A power operation is under way. */
  public static final String PROGRESSING = "Progressing";

  /** The last operations failed. */
  public static final String POWER_FAILED = "PowerFailed";

  /** A person keeps hands off the machine. */
  public static final String HELD = "Held";

  private Conditions() {}

  /** The conditions that hold once the step has been taken; always all of them. */
  public static List<ConditionValue> of(Step step) {
    return List.of(ready(step), progressing(step), failed(step), held(step.machine(), step.now()));
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
    if (step.decision() instanceof Decision.Refuse refuse) {
      return refuse.how();
    }
    if (step.decision() instanceof Decision.FailStartup fail) {
      return fail.how();
    }
    if (step.decision() instanceof Decision.FailShutdown fail) {
      return fail.how();
    }
    return step.machine()
        .drain()
        .filter(pods -> !pods.done())
        .map(DrainView::waitingFor)
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
            : failure.count() >= step.policy().maxFailures() ? Reason.QUARANTINED : Reason.BACK_OFF;
    String times = failure.count() + (failure.count() == 1 ? " failure" : " failures in a row");
    String words = failure.reason() + " of " + failure.type().text() + ", " + times;
    String message = failure.message().isEmpty() ? words : words + ": " + failure.message();
    return new ConditionValue(POWER_FAILED, true, state, message(state, message));
  }

  private static ConditionValue held(Machine machine, Instant now) {
    Optional<Hold> hold = machine.hold(now);
    return hold.map(
            held ->
                new ConditionValue(HELD, true, Reason.HELD, message(Reason.HELD, held.reason())))
        .orElseGet(
            () -> new ConditionValue(HELD, false, Reason.NOT_HELD, Reason.NOT_HELD.sentence()));
  }

  private static String message(Reason reason, String detail) {
    return detail.isEmpty() ? reason.sentence() : reason.sentence() + " " + detail;
  }
}
