package org.homelab.autoscaler.kubernetes;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells each transition once: a line in the log and an event in the cluster. */
final class Transcript {
  private static final Logger LOG = LoggerFactory.getLogger("power");

  private final Events events;

  Transcript(Events events) {
    this.events = events;
  }

  /**
   * Tells what is new.
   *
   * @param before the status that the step replaced; may be null
   */
  void tell(Step step, NodeStatus before) {
    String reasonBefore = before == null ? "" : Meta.text(before.reason());
    MachineStatus was = step.machine().status();
    boolean moved = was.progress() != step.after().progress();
    boolean failed = !Objects.equals(was.failure(), step.after().failure());
    boolean refused =
        step.decision() instanceof Decision.Refuse && !reasonBefore.equals(step.reason().code());
    if (!moved && !refused && !(failed && step.after().failure().isPresent())) {
      return;
    }
    if (warning(step)) {
      LOG.warn("{} message=\"{}\"", line(step), message(step));
    } else {
      LOG.info("{}", line(step));
    }
    events.tell(step, warning(step), message(step));
  }

  static boolean warning(Step step) {
    return step.decision() instanceof Decision.FailStartup
        || step.decision() instanceof Decision.FailShutdown
        || step.reason() == Reason.DRAIN_FORCED
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
    return Conditions.of(step).stream()
        .filter(condition -> condition.type().equals(Conditions.PROGRESSING))
        .map(ConditionValue::message)
        .findFirst()
        .orElseGet(() -> step.reason().sentence());
  }
}
