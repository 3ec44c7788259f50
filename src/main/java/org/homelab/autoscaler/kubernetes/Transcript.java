package org.homelab.autoscaler.kubernetes;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.ConditionValue;
import org.homelab.autoscaler.power.Conditions;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.JobNames;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.trace.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells each transition once: a line in the log and an event in the cluster. */
final class Transcript {
  private static final Logger LOG = LoggerFactory.getLogger("power");

  private final Events events;
  private final Consumer<Step> listener;
  private final Function<ObjectKey, Optional<Group>> groups;
  private final Traces traces;

  Transcript(
      Events events,
      Consumer<Step> listener,
      Function<ObjectKey, Optional<Group>> groups,
      Traces traces) {
    this.events = events;
    this.traces = traces;
    this.listener = listener;
    this.groups = groups;
  }

  /**
   * Tells what is new.
   *
   * @param before the status that the step replaced; may be null
   */
  void tell(Step step, NodeStatus before) {
    String reasonBefore = before == null ? "" : Meta.text(before.reason());
    traces.stepped(step, reasonBefore);
    MachineStatus was = step.machine().status();
    boolean moved = was.progress() != step.after().progress();
    boolean ended = was.operation().isPresent() && step.after().operation().isEmpty();
    boolean failed = !Objects.equals(was.failure(), step.after().failure());
    boolean seen = was.power() != step.after().power();
    boolean newReason = !reasonBefore.equals(step.reason().code());
    boolean refused = step.decision() instanceof Decision.Refuse && newReason;
    boolean withheld = withheld(step) && newReason;
    boolean would = step.decision() instanceof Decision.Would && newReason;
    if (moved || ended) {
      listener.accept(step);
    }
    boolean failedNow = failed && step.after().failure().isPresent();
    if (!moved
        && !seen
        && !refused
        && !withheld
        && !would
        && !failedNow
        && !commands(step)
        && !(stops(step) && newReason)) {
      return;
    }
    if (warning(step)) {
      LOG.warn("{} message=\"{}\"", line(step), message(step));
    } else if (would || withheld) {
      LOG.info("{} message=\"{}\"", line(step), message(step));
    } else {
      LOG.info("{}", line(step));
    }
    events.tell(step, warning(step), message(step));
    if (failed && step.after().failure().filter(step.policy()::quarantines).isPresent()) {
      events.quarantined(step, step.machine().group().flatMap(groups), quarantine(step));
    }
  }

  /** Whether it gives a command, another one than was given before. */
  private static boolean commands(Step step) {
    Optional<Operation.Command> now = step.after().operation().flatMap(Operation::command);
    return now.isPresent()
        && step.machine()
            .status()
            .operation()
            .flatMap(Operation::command)
            .filter(was -> was.attempt() == now.get().attempt())
            .isEmpty();
  }

  private static boolean stops(Step step) {
    return step.decision() instanceof Decision.CancelPowerOn
        || step.decision() instanceof Decision.CancelPowerOff;
  }

  /** A flow of the user's has its reasons, which people want to know. */
  private static boolean withheld(Step step) {
    return step.reason() == Reason.FLOW_WAITS || step.reason() == Reason.FLOW_FAILED;
  }

  static boolean warning(Step step) {
    return step.decision() instanceof Decision.FailStartup
        || step.decision() instanceof Decision.FailShutdown
        || step.decision() instanceof Decision.FallBack
        || step.reason() == Reason.DRAIN_FORCED
        || step.reason() == Reason.FLOW_FAILED
        || (step.decision() instanceof Decision.Refuse && step.reason() != Reason.HELD);
  }

  private static String line(Step step) {
    Machine machine = step.machine();
    var line = new StringBuilder("machine=").append(machine.name());
    line.append(" group=").append(machine.group().map(ObjectKey::name).orElse("-"));
    line.append(" from=").append(text(machine.status().progress()));
    line.append(" to=").append(text(step.after().progress()));
    line.append(" reason=").append(step.reason().code());
    machine
        .status()
        .operation()
        .map(operation -> Duration.between(operation.startedAt(), step.now()).toSeconds())
        .ifPresent(seconds -> line.append(" after=").append(seconds).append('s'));
    step.after()
        .operation()
        .or(() -> machine.status().operation())
        .flatMap(operation -> job(machine, operation))
        .ifPresent(job -> line.append(" job=").append(job));
    return line.toString();
  }

  private static Optional<String> job(Machine machine, Operation operation) {
    return operation
        .command()
        .map(command -> JobNames.of(machine.name(), operation.type(), command.attempt()));
  }

  private static String text(Progress progress) {
    return progress == Progress.NEW ? "new" : progress.text();
  }

  private static String message(Step step) {
    return condition(step, Conditions.PROGRESSING);
  }

  private static String quarantine(Step step) {
    return condition(step, Conditions.POWER_FAILED);
  }

  private static String condition(Step step, String type) {
    return Conditions.of(step).stream()
        .filter(condition -> condition.type().equals(type))
        .map(ConditionValue::message)
        .findFirst()
        .orElseGet(() -> step.reason().sentence());
  }
}
