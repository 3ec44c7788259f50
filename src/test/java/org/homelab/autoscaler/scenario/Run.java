package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Taint;
import org.homelab.autoscaler.scenario.Edits.Cordon;

/** Plays a scenario: a lab, an operator, and time that passes from line to line. */
final class Run {
  private final Lab lab = new Lab();
  private final Operator operator = new Operator(lab);
  private final Builder builder = new Builder(lab);
  private final Autoscaler autoscaler = new Autoscaler(lab, operator);
  private final Expectations expectations = new Expectations(lab, operator, autoscaler);

  private boolean expecting = true;

  /** Lets things take another course than the lines expect; all rules must hold even so. */
  Run expectingNothing() {
    expecting = false;
    return this;
  }

  /** Plays all lines; what is not as expected is an {@link AssertionError}. */
  void play(Script script) {
    for (Script.Line line : script.lines()) {
      try {
        until(line.at());
        take(line.words());
        operator.work();
      } catch (AssertionError | RuntimeException wrong) {
        throw new AssertionError(
            "%s.scenario:%d at %s: %s%n%s%n%s"
                .formatted(
                    script.name(),
                    line.number(),
                    Script.time(lab.now()),
                    line.text(),
                    wrong.getMessage(),
                    operator.tail() + "\n" + autoscaler.events()),
            wrong);
      }
    }
    if (!lab.watchman().breaches().isEmpty()) {
      throw new AssertionError(lab.watchman().breaches() + "\n" + operator.tail());
    }
  }

  Operator operator() {
    return operator;
  }

  Lab lab() {
    return lab;
  }

  /** Lets time pass, and whatever is due on the way happen. */
  void until(Instant time) {
    operator.work();
    Optional<Instant> next = next();
    while (next.isPresent() && !next.get().isAfter(time)) {
      lab.timers().goTo(next.get());
      operator.work();
      autoscaler.check();
      next = next();
    }
    lab.timers().goTo(time);
    operator.work();
  }

  private Optional<Instant> next() {
    return java.util.stream.Stream.concat(lab.timers().next().stream(), operator.next().stream())
        .min(Comparator.naturalOrder());
  }

  /** Lets happen what one line says. */
  void take(List<String> words) {
    String first = words.get(0);
    List<String> rest = words.subList(1, words.size());
    switch (first) {
      case "group" -> builder.group(rest);
      case "machines" -> builder.machines(rest);
      case "expect" -> {
        if (expecting) {
          expectations.check(String.join(" ", rest));
        }
      }
      case "ca" -> clusterAutoscaler(rest);
      case "need" -> autoscaler.need(rest.get(2), Integer.parseInt(rest.get(0)));
      case "job" -> job(rest);
      case "jobs" -> lab.keepJobs(Durations.parse(value(rest.get(0))));
      case "node" -> node(rest);
      case "pod" -> pod(lab.box(rest.get(2)), rest);
      case "volume" -> volume(lab.box(rest.get(2)), rest);
      case "hold" -> lab.edit(Builder.key(rest.get(0)), node -> Edits.hold(node, held(rest)));
      case "unhold" ->
          lab.edit(Builder.key(rest.get(0)), node -> Edits.hold(node, Optional.empty()));
      case "release" ->
          lab.edit(Builder.key(rest.get(0)), n -> Edits.release(n, lab.now().toString()));
      case "maintain", "unmaintain", "keep", "unkeep" -> word(first, rest);
      case "force", "unforce" ->
          lab.editGroup(
              Builder.key(rest.get(0)),
              group -> Edits.force(group, first.equals("force") ? held(rest) : Optional.empty()));
      case "restart" -> operator.restart();
      case "clock" -> jump(rest.get(1));
      case "operator" -> {
        builder.protect(rest.get(2));
        operator.restart();
      }
      default -> machine(first, rest);
    }
  }

  /** A person's word about a machine, or its end. */
  private void word(String verb, List<String> words) {
    Optional<Hold> word = verb.startsWith("un") ? Optional.empty() : held(words);
    lab.edit(
        Builder.key(words.get(0)),
        node -> verb.endsWith("keep") ? Edits.keepOn(node, word) : Edits.maintenance(node, word));
  }

  private static String value(String assignment) {
    return assignment.substring(assignment.indexOf('=') + 1);
  }

  private static Optional<Hold> held(List<String> words) {
    Optional<Instant> until =
        words.stream()
            .filter(word -> word.startsWith("until="))
            .findFirst()
            .map(word -> Timers.START.plus(Script.parse(value(word))));
    return Optional.of(new Hold(until, "disk swap"));
  }

  private void jump(String time) {
    boolean back = time.startsWith("-");
    Duration by = Durations.parse(back ? time.substring(1) : time);
    lab.timers().jump(back ? by.negated() : by);
  }

  /** {@code ca runs version=36}, {@code ca increases rack by 1}, {@code ca deletes m1}. */
  private void clusterAutoscaler(List<String> words) {
    if (words.get(0).equals("runs")) {
      autoscaler.run(CaFlags.read(words.subList(1, words.size())));
      return;
    }
    if (words.get(0).equals("restarts")) {
      autoscaler.restart();
      return;
    }
    if (words.get(0).equals("marks") || words.get(0).equals("unmarks")) {
      mark(words.get(1), words.get(0).equals("marks"));
      return;
    }
    if (words.get(0).equals("deletes")) {
      want(Builder.key(words.get(1)), PowerState.OFF);
      return;
    }
    List<Declared> off =
        lab.declared().values().stream()
            .filter(node -> node.groupLabel().filter(words.get(1)::equals).isPresent())
            .filter(node -> node.spec().desired() == PowerState.OFF && node.hold().isEmpty())
            .limit(Long.parseLong(words.get(3)))
            .toList();
    off.forEach(node -> want(node.key(), PowerState.ON));
  }

  private void want(ObjectKey machine, PowerState desired) {
    lab.edit(machine, node -> Edits.desired(node, desired));
  }

  /** {@code job m1-startup succeeds}: the last one of that type. */
  private void job(List<String> words) {
    int dash = words.get(0).lastIndexOf('-');
    ObjectKey machine = Builder.key(words.get(0).substring(0, dash));
    OperationType type = OperationType.of(words.get(0).substring(dash + 1));
    PowerJob job =
        lab.jobs().values().stream()
            .filter(one -> one.machine().equals(machine) && one.type() == type)
            .max(Comparator.comparing(PowerJob::createdAt).thenComparing(PowerJob::key))
            .orElseThrow(() -> new AssertionError("there is no such job"));
    Box box = lab.box(lab.declared().get(machine).spec().kubernetesNodeName());
    switch (words.get(1)) {
      case "succeeds" -> lab.end(job.key(), box, Box.Outcome.OK);
      case "lies" -> lab.end(job.key(), box, Box.Outcome.LIES);
      case "fails" -> lab.end(job.key(), box, Box.Outcome.FAILS);
      case "vanishes" -> lab.removeJob(job.key());
      case "abandoned" -> lab.abandon(job.key());
      default ->
          throw new IllegalArgumentException(
              "a job succeeds, lies, fails, vanishes or is abandoned");
    }
  }

  /** {@code pod web on m1 blocked bare local slow}, {@code pod web on m1 at-last-look}. */
  private static void pod(Box box, List<String> words) {
    if (words.contains("at-last-look") || words.contains("after-last-look")) {
      box.intrude(words.get(0), words.contains("at-last-look"));
    } else if (words.get(1).equals("off")) {
      box.ends(words.get(0));
    } else {
      box.pod(words.get(0)).is(Set.copyOf(words.subList(3, words.size())));
    }
  }

  /** {@code volume data on m1}, {@code volume data off m1}. */
  private void volume(Box box, List<String> words) {
    if (words.get(1).equals("on")) {
      box.volumes().add(words.get(0));
    } else {
      box.volumes().remove(words.get(0));
    }
    operator.touch();
  }

  /** {@code node m1 labelled disk=ssd}, {@code node m1 tainted dedicated}. */
  private void node(List<String> words) {
    String name = words.get(0);
    if (words.get(1).equals("labelled")) {
      String[] label = words.get(2).split("=", 2);
      lab.editNode(name, node -> Edits.labels(node, Map.of(label[0], label[1])));
    } else if (words.get(1).equals("tainted")) {
      lab.editNode(name, node -> tainted(node, words.get(2), ""));
    } else {
      node(name, words.get(1));
    }
  }

  private static KubernetesNode tainted(KubernetesNode node, String key, String value) {
    List<Taint> taints = new ArrayList<>(node.taints());
    taints.add(new Taint(key, value, "NoSchedule"));
    return Edits.taints(node, taints);
  }

  /** The Cluster Autoscaler marks a Kubernetes node, or takes its mark away when it restarts. */
  private void mark(String name, boolean marked) {
    if (!marked) {
      lab.editNode(
          name,
          node ->
              Edits.cordon(
                  Edits.taints(node, node.taints().stream().filter(Taint::permanent).toList()),
                  Cordon.NONE));
      return;
    }
    String now = Long.toString(lab.now().getEpochSecond());
    lab.editNode(
        name,
        node -> {
          KubernetesNode tainted = tainted(node, Taint.TO_BE_DELETED, now);
          return node.unschedulable() ? tainted : Edits.cordon(tainted, Cordon.CLUSTER_AUTOSCALERS);
        });
  }

  private void node(String name, String event) {
    switch (event) {
      case "ready" -> lab.nodeReady(name, true);
      case "notready" -> lab.nodeReady(name, false);
      case "joins" -> lab.nodeJoins(name);
      case "deleted" -> lab.deleteNode(name);
      case "cordoned" -> lab.editNode(name, node -> Edits.cordon(node, Cordon.A_PERSONS));
      case "uncordoned" -> lab.editNode(name, node -> Edits.cordon(node, Cordon.NONE));
      default ->
          throw new IllegalArgumentException(
              "a node is ready, notready, joins, deleted, cordoned, uncordoned");
    }
  }

  /** {@code m1 wanted on}, {@code m1 switched off}, {@code m1 boots=2m}, {@code m1 deleted}, ... */
  private void machine(String name, List<String> words) {
    ObjectKey key = Builder.key(name);
    switch (words.get(0)) {
      case "wanted" ->
          want(key, PowerState.valueOf(words.get(1).toUpperCase(java.util.Locale.ROOT)));
      case "switched" -> {
        Box box = lab.box(lab.declared().get(key).spec().kubernetesNodeName());
        if (words.get(1).equals("on")) {
          box.switchOn();
        } else {
          box.switchOff();
        }
      }
      case "moves" -> lab.edit(key, node -> Edits.group(node, words.get(2)));
      case "deleted" -> {
        if (lab.groups().containsKey(key)) {
          lab.editGroup(key, Edits::deleting);
        } else {
          lab.delete(key);
        }
      }
      case "gone" -> lab.deleteGroup(key);
      case "rewired" -> lab.edit(key, Edits::rewired);
      default -> builder.nature(name, words);
    }
  }
}
