package org.homelab.autoscaler.power;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Operation.Command;
import org.homelab.autoscaler.fleet.OperationType;

/**
 * What became of the recipes of one operation, one after the other, in the words that people read.
 * Pure.
 */
final class Outcomes {
  private Outcomes() {}

  /** A recipe and what became of its command, in one short line. */
  static String line(String recipe, String outcome) {
    String words =
        outcome
            .strip()
            .replaceAll("\\s+", " ")
            .replaceAll("\\.$", "")
            .replace("recipe " + recipe + ", ", "");
    boolean named = words.startsWith(recipe + " ");
    String line = named ? words : words.isEmpty() ? recipe : recipe + ": " + words;
    return line.codePointCount(0, line.length()) > Operation.LONGEST_OUTCOME
        ? line.substring(0, line.offsetByCodePoints(0, Operation.LONGEST_OUTCOME - 1)) + "…"
        : line;
  }

  /** The decision, which tells of earlier recipes too if there were any. */
  static Decision told(Look look, Decision decision) {
    Optional<Operation> later =
        look.operation().filter(under -> under.command().filter(it -> it.stage() > 0).isPresent());
    return later.map(under -> told(look.machine(), under, decision)).orElse(decision);
  }

  private static Decision told(Machine machine, Operation operation, Decision decision) {
    if (decision instanceof Decision.FailStartup failed) {
      return new Decision.FailStartup(failed.reason(), all(machine, operation, failed.how()));
    }
    if (decision instanceof Decision.FailShutdown failed) {
      return new Decision.FailShutdown(failed.reason(), all(machine, operation, failed.how()));
    }
    return decision instanceof Decision.Wait wait && wait.detail().isEmpty()
        ? new Decision.Wait(wait.reason(), soFar(machine, operation), wait.again())
        : decision;
  }

  private static String all(Machine machine, Operation operation, String last) {
    if (operation.outcomes().isEmpty()) {
      return last;
    }
    List<String> lines = new ArrayList<>(operation.outcomes());
    lines.add(line(recipe(machine, operation.type(), operation.command().orElseThrow()), last));
    return String.join("; ", lines);
  }

  /** What comes next, and what became of all before it. */
  static String next(Step step, Decision.FallBack next) {
    List<String> before = step.after().operation().map(Operation::outcomes).orElse(List.of());
    return step.machine().power().recipe(next.type(), next.stage()).name()
        + " comes next; "
        + String.join("; ", before);
  }

  /** By which later recipe the operation was done that ends now; else empty. */
  static String ended(Step step) {
    return step.machine()
        .status()
        .operation()
        .filter(under -> step.after().operation().isEmpty())
        .map(under -> soFar(step.machine(), under))
        .orElse("");
  }

  private static String soFar(Machine machine, Operation operation) {
    String before =
        operation.outcomes().isEmpty()
            ? ""
            : " Before: " + String.join("; ", operation.outcomes()) + ".";
    return operation
        .command()
        .filter(command -> command.stage() > 0)
        .map(command -> recipe(machine, operation.type(), command))
        .map(recipe -> "By fallback " + recipe + "." + before)
        .orElse("");
  }

  /** The recipe that gives that command; an edit may have put another in its place. */
  static String recipe(Machine machine, OperationType type, Command command) {
    return command.recipe().orElseGet(() -> machine.power().recipe(type, command.stage()).name());
  }
}
