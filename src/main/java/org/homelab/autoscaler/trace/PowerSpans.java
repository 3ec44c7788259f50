package org.homelab.autoscaler.trace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.JobNames;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;

/**
 * What is over of a power operation with a step that was written. Pure: all times come from the
 * status, the Job, the Kubernetes node and the step, so that a restart in between changes nothing.
 */
final class PowerSpans {
  /** Reasons under which a power-on's Job was found to be over, which is told once. */
  private static final Set<String> JOB_OVER = Set.of(Reason.BOOTING.code(), Reason.JOINED.code());

  private final Step step;
  private final Machine machine;
  private final Optional<Operation> was;
  private final String before;

  /**
   * @param before reason in the status that the step's replaced
   */
  PowerSpans(Step step, String before) {
    this.step = step;
    this.machine = step.machine();
    this.was = machine.status().operation();
    this.before = before;
  }

  List<Span> all() {
    return was.map(this::all).orElse(List.of());
  }

  private List<Span> all(Operation operation) {
    List<Span> spans = new ArrayList<>();
    boolean ended = now().map(Operation::type).filter(operation.type()::equals).isEmpty();
    operation
        .command()
        .ifPresent(command -> command(operation, command, ended).ifPresent(spans::add));
    switch (operation.type()) {
      case STARTUP -> coming(operation).forEach(spans::add);
      case SHUTDOWN -> going(operation, ended).forEach(spans::add);
    }
    if (ended) {
      spans.add(whole(operation));
    }
    return spans;
  }

  private Optional<Operation> now() {
    return step.after().operation();
  }

  /** What carried the command out, once that is over. */
  private Optional<Span> command(Operation operation, Command command, boolean ended) {
    boolean over = ended || !sameCommand(command);
    return command.recipe().isPresent()
        ? Optional.of(command).filter(given -> over).map(given -> recipe(operation, given))
        : job(operation, command, over);
  }

  private boolean sameCommand(Command command) {
    return now()
        .flatMap(Operation::command)
        .filter(now -> now.attempt() == command.attempt())
        .isPresent();
  }

  private Span recipe(Operation operation, Command command) {
    boolean unknown = command.sentAt().isEmpty() && command.problem().isEmpty();
    return part(
        operation,
        "recipe " + command.attempt(),
        "recipe",
        command.claimedAt(),
        command.sentAt().orElse(step.now()),
        Map.of("homelab.recipe", command.recipe().orElseThrow()),
        command
            .problem()
            .or(
                () ->
                    unknown ? Optional.of("nobody knows whether it was given") : Optional.empty()));
  }

  private Optional<Span> job(Operation operation, Command command, boolean over) {
    String name = JobNames.of(machine.name(), operation.type(), command.attempt());
    Optional<PowerJob> job = machine.job(name);
    Optional<Instant> finished = job.flatMap(PowerJob::finishedAt);
    boolean seenOver = JOB_OVER.contains(step.reason().code()) && finished.isPresent();
    if (JOB_OVER.contains(before) || !(over || seenOver)) {
      return Optional.empty();
    }
    return Optional.of(
        part(
            operation,
            "job " + command.attempt(),
            "job",
            command.claimedAt(),
            finished.orElse(step.now()),
            Map.of("homelab.job", name),
            job.map(PowerJob::message).filter(message -> !message.isEmpty())));
  }

  private List<Span> coming(Operation operation) {
    Instant claimed = claimed(operation);
    if (step.decision() instanceof Decision.Register) {
      return List.of(part(operation, "join", claimed, step.now()));
    }
    if (step.decision() instanceof Decision.BecomeReady) {
      Instant ready =
          machine
              .node()
              .map(KubernetesNode::readyChanged)
              .filter(changed -> !changed.isBefore(claimed) && !changed.isAfter(step.now()))
              .orElse(step.now());
      return List.of(
          part(operation, "boot", claimed, ready), part(operation, "ready", ready, step.now()));
    }
    return List.of();
  }

  private List<Span> going(Operation operation, boolean ended) {
    boolean draining = operation.command().isEmpty();
    if (draining && (ended || now().flatMap(Operation::command).isPresent())) {
      return List.of(part(operation, "drain", operation.startedAt(), step.now()));
    }
    return step.decision() instanceof Decision.ConfirmOff && !draining
        ? List.of(part(operation, "go-down", claimed(operation), step.now()))
        : List.of();
  }

  private static Instant claimed(Operation operation) {
    return operation.command().map(Command::claimedAt).orElse(operation.startedAt());
  }

  private Span whole(Operation operation) {
    return new Span(
        id(operation),
        ordered(operation) ? machine.declared().order().map(SpanId::order) : Optional.empty(),
        switch (operation.type()) {
          case STARTUP -> "power-on";
          case SHUTDOWN -> "power-off";
        },
        false,
        operation.startedAt(),
        step.now(),
        Map.of(
            "homelab.machine", machine.name(),
            "homelab.group", machine.group().map(group -> group.name()).orElse(""),
            "homelab.reason", step.reason().code()),
        problem());
  }

  private Optional<String> problem() {
    if (step.decision() instanceof Decision.FailStartup
        || step.decision() instanceof Decision.FailShutdown) {
      return Optional.of(step.reason().sentence());
    }
    boolean done =
        step.decision() instanceof Decision.BecomeReady
            || step.decision() instanceof Decision.ConfirmOff;
    return done ? Optional.empty() : Optional.of("called off");
  }

  private Span part(Operation operation, String name, Instant from, Instant to) {
    return part(operation, name, name, from, to, Map.of(), Optional.empty());
  }

  private Span part(
      Operation operation,
      String key,
      String name,
      Instant from,
      Instant to,
      Map<String, String> more,
      Optional<String> problem) {
    var attributes = new java.util.HashMap<>(more);
    attributes.put("homelab.machine", machine.name());
    SpanId whole = id(operation);
    return new Span(
        whole.child(whole.span() + " " + key),
        Optional.of(whole),
        name,
        false,
        from,
        to,
        attributes,
        problem);
  }

  private SpanId id(Operation operation) {
    String what =
        "%s of %s at %s"
            .formatted(operation.type().text(), machine.declared().uid(), operation.startedAt());
    return ordered(operation)
        ? machine.declared().order().map(SpanId::order).orElseThrow().child(what)
        : SpanId.root(what);
  }

  /**
   * Whether the operation is what the Node's order wants; what a person wants is a trace by itself.
   */
  private boolean ordered(Operation operation) {
    PowerState wanted = operation.type() == OperationType.STARTUP ? PowerState.ON : PowerState.OFF;
    return machine.declared().order().isPresent() && machine.declared().spec().desired() == wanted;
  }
}
