package org.homelab.autoscaler.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.power.Step;

/**
 * A machine's last transitions. They are written together with the transition itself, so that the
 * two cannot disagree and nothing is written for the sake of the history alone.
 */
final class History {
  private static final int LONGEST_NOTE = 200;

  private History() {}

  /** What the history is once the step has been taken; null while there is none. */
  static List<NodeStatus.Transition> after(Step step, Node stored) {
    Optional<NodeStatus> before = Optional.ofNullable(stored.getStatus());
    List<NodeStatus.Transition> known = before.map(NodeStatus::history).orElse(null);
    String progress = step.after().progress().text();
    if (progress.equals(before.map(NodeStatus::progress).orElse(""))) {
      return known;
    }
    List<NodeStatus.Transition> all = new ArrayList<>(Meta.orEmpty(known));
    all.add(
        new NodeStatus.Transition(
            Meta.text(step.now()), progress, step.reason().code(), note(step, stored)));
    return all.subList(Math.max(0, all.size() - NodeStatus.LONGEST_HISTORY), all.size());
  }

  private static String note(Step step, Node stored) {
    boolean failed = !step.after().failure().equals(step.machine().status().failure());
    Optional<String> why =
        failed && step.after().failure().isPresent()
            ? step.after().failure().map(failure -> failure.message())
            : Meta.annotation(stored, Api.REQUESTED_BY_ANNOTATION);
    return why.filter(text -> !text.isBlank())
        .map(text -> text.length() > LONGEST_NOTE ? text.substring(0, LONGEST_NOTE) : text)
        .orElse(null);
  }
}
