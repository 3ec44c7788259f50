package org.homelab.autoscaler.scenario;

import java.util.Locale;
import java.util.Objects;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.power.ConditionValue;
import org.homelab.autoscaler.power.Conditions;
import org.homelab.autoscaler.power.Step;

/** What a scenario expects: facts with commas between, about the machine named first. */
final class Expectations {
  private final Lab lab;
  private final Operator operator;
  private final Autoscaler autoscaler;
  private ObjectKey machine = Builder.key("");

  Expectations(Lab lab, Operator operator, Autoscaler autoscaler) {
    this.autoscaler = autoscaler;
    this.lab = lab;
    this.operator = operator;
  }

  void check(String facts) {
    for (String fact : facts.split(",")) {
      one(fact.strip());
    }
  }

  private void one(String fact) {
    String first = fact.split(" ")[0];
    String rest = fact;
    if (lab.declared().containsKey(Builder.key(first))) {
      machine = Builder.key(first);
      rest = fact.substring(first.length()).strip();
    }
    String found = found(rest);
    if (!found.equals(rest)) {
      throw new AssertionError("expected " + rest + ", found " + found);
    }
  }

  /** The fact of that kind as it is, in the same words. */
  private String found(String fact) {
    String[] words = fact.split(" ");
    Declared node = lab.declared().get(machine);
    return switch (words[0]) {
      case "described" -> "described " + lab.declared().size();
      case "kept" -> kept(node);
      case "left" -> kept(node).equals("kept") ? "kept" : "left";
      case "labelled", "unlabelled" ->
          fact.contains("=") ? labelled(node, words[1]) : labelled(node);
      case "target" -> "target " + target();
      case "size" -> "size " + autoscaler.told("rack").size();
      case "most" -> "most " + autoscaler.told("rack").most();
      case "is" -> "is " + autoscaler.state(machine);
      case "ca" -> "ca " + autoscaler.says(words[1], words[2]);
      case "reason" -> "reason " + step().reason().code();
      case "says" -> says(fact.substring("says ".length()));
      case "wanted" -> "wanted " + lower(node.spec().desired());
      case "power" -> "power " + lower(node.status().power());
      case "failed" -> "failed " + node.status().failure().map(Failure::count).orElse(0);
      case "quarantined", "released", "resting", "sound" -> failure();
      case "cordoned", "uncordoned" -> cordon(node);
      case "suspended", "unsuspended" -> suspension(node);
      case "tainted", "untainted" -> tainted(node, words[1]);
      case "node" -> "node " + kubernetesNode(node);
      case "runs", "dead" -> lab.box(nodeName(node)).on() ? "runs" : "dead";
      case "pods" -> "pods " + lab.box(nodeName(node)).pods().size();
      case "new", "shutdown", "startingup", "ready", "shuttingdown" -> progress(node.status());
      default -> jobs(words);
    };
  }

  private String jobs(String[] words) {
    String prefix = machine.name() + "-";
    if (words[1].startsWith("command")) {
      long obeyed = lab.commandsEver().stream().filter(name -> name.startsWith(prefix)).count();
      return obeyed + (obeyed == 1 ? " command" : " commands");
    }
    boolean inAll = words.length == 4 && words[2].equals("in");
    long count =
        inAll
            ? lab.jobsEver().stream().filter(name -> name.startsWith(prefix)).count()
            : lab.jobs().values().stream()
                .filter(job -> job.machine().equals(machine))
                .filter(PowerJob::live)
                .count();
    return count + (count == 1 ? " job" : " jobs") + (inAll ? " in all" : "");
  }

  private Step step() {
    return operator.last(machine).orElseThrow(() -> new AssertionError("nobody looked"));
  }

  private long target() {
    return operator.fleet().machines().stream().filter(one -> one.desiredOn()).count();
  }

  private String says(String words) {
    String all =
        String.join(
            "; ", Conditions.of(step()).stream().map(ConditionValue::message).distinct().toList());
    return "says " + (all.contains(words) ? words : all);
  }

  private String failure() {
    ConditionValue failed =
        Conditions.of(step()).stream()
            .filter(condition -> condition.type().equals(Conditions.POWER_FAILED))
            .findFirst()
            .orElseThrow();
    return switch (failed.reason()) {
      case QUARANTINED -> "quarantined";
      case RELEASED -> "released";
      case BACK_OFF -> "resting";
      default -> "sound";
    };
  }

  private String cordon(Declared node) {
    return lab.node(nodeName(node)).map(KubernetesNode::unschedulable).orElse(false)
        ? "cordoned"
        : "uncordoned";
  }

  private String kept(Declared node) {
    return lab.node(nodeName(node))
            .filter(seen -> seen.kept() != KubernetesNode.Kept.NO)
            .isPresent()
        ? "kept"
        : "left";
  }

  private String labelled(Declared node) {
    return lab.node(nodeName(node))
        .map(seen -> seen.labels().get(Api.NODE_GROUP_LABEL))
        .map(group -> "labelled " + group)
        .orElse("unlabelled");
  }

  private String suspension(Declared node) {
    return lab.node(nodeName(node)).filter(KubernetesNode::suspended).isPresent()
        ? "suspended"
        : "unsuspended";
  }

  private String labelled(Declared node, String label) {
    String key = label.split("=", 2)[0];
    String value = lab.node(nodeName(node)).map(seen -> seen.labels().get(key)).orElse("nothing");
    return "labelled " + key + "=" + value;
  }

  private String tainted(Declared node, String key) {
    boolean has =
        lab.node(nodeName(node)).stream()
            .flatMap(seen -> seen.taints().stream())
            .anyMatch(taint -> taint.key().equals(key));
    return (has ? "tainted " : "untainted ") + key;
  }

  private String kubernetesNode(Declared node) {
    return lab.node(nodeName(node)).map(seen -> seen.ready() ? "ready" : "notready").orElse("gone");
  }

  private static String nodeName(Declared node) {
    return node.spec().kubernetesNodeName();
  }

  private static String progress(MachineStatus status) {
    return Objects.equals(status.progress().text(), "") ? "new" : status.progress().text();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
