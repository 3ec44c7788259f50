package org.homelab.autoscaler.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.homelab.autoscaler.api.Api;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks on from outside and knows nothing of how the application decides: from the API's writes,
 * the hardware and what the Cluster Autoscaler reads, it finds every breach of the safety rules.
 */
final class SafetyInspector implements PowerListener {
  private static final Logger LOG = LoggerFactory.getLogger("safety");

  /** The rules. */
  enum Rule {
    PODS_ON_A_MACHINE_THAT_LOSES_POWER,
    TWO_LIVE_JOBS,
    JOB_NAME_REPEATED,
    COMMAND_REPEATED,
    JOB_MAY_LAND_ON_ITS_MACHINE,
    HELD_MACHINE_SWITCHED,
    CONTROL_PLANE_TOUCHED,
    LEFT_CORDONED,
    STILL_ON,
    TARGET_IS_NOT_INSTANCES
  }

  /** A breach of a rule. */
  record Violation(Instant at, Rule rule, String words) {
    @Override
    public String toString() {
      return at + " " + rule + ": " + words;
    }
  }

  private final Clock clock;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, JsonNode> pods = new HashMap<>();
  private final Map<String, JsonNode> nodes = new TreeMap<>();
  private final Map<String, JsonNode> machines = new TreeMap<>();
  private final Map<String, JsonNode> jobs = new LinkedHashMap<>();
  private final Map<String, String> jobNames = new HashMap<>();
  private final Map<String, Command> commands = new HashMap<>();
  private final Map<String, Instant> cordonedSince = new HashMap<>();

  /** The last command to a machine, and how its failures stood then. */
  private record Command(String type, JsonNode failure) {}

  SafetyInspector(Clock clock) {
    this.clock = clock;
  }

  /** All breaches so far, each told once. */
  synchronized List<Violation> violations() {
    return List.copyOf(violations);
  }

  /** A write to the API. */
  synchronized void changed(Change change) {
    switch (change.resource()) {
      case Change.PODS -> keep(pods, change);
      case Change.NODES -> node(change);
      case Change.MACHINES -> keep(machines, change);
      case Change.JOBS -> job(change);
      default -> {}
    }
  }

  private static void keep(Map<String, JsonNode> image, Change change) {
    String key = change.namespace() + "/" + change.name();
    if (change.deleted()) {
      image.remove(key);
    } else {
      image.put(key, change.object());
    }
  }

  private void node(Change change) {
    keep(nodes, change);
    boolean guarded = change.before().path("metadata").path("labels").has(Rack.CONTROL_PLANE_LABEL);
    boolean touched =
        change.deleted()
            || !change.before().path("spec").equals(change.object().path("spec"))
            || !change
                .before()
                .at("/metadata/labels")
                .equals(change.object().at("/metadata/labels"))
            || !change
                .before()
                .at("/metadata/annotations")
                .equals(change.object().at("/metadata/annotations"));
    if (guarded && touched) {
      report(
          Rule.CONTROL_PLANE_TOUCHED,
          change.name() + (change.deleted() ? " was deleted" : " was changed"));
    }
  }

  private void job(Change change) {
    if (change.action() == Change.Action.ADDED) {
      newJob(change.name(), change.object());
    }
    keep(jobs, change);
  }

  private void newJob(String name, JsonNode job) {
    String node = label(job, "node");
    String type = label(job, "type");
    jobs.values().stream()
        .filter(other -> label(other, "node").equals(node) && !over(other))
        .forEach(
            other ->
                report(
                    Rule.TWO_LIVE_JOBS,
                    name + " was created while " + name(other) + " is not over"));
    if (jobNames.putIfAbsent(name, node) != null) {
      report(Rule.JOB_NAME_REPEATED, name + " was created a second time");
    }
    if (!job.at("/spec/template/spec/affinity").toString().contains("\"" + node + "\"")) {
      report(Rule.JOB_MAY_LAND_ON_ITS_MACHINE, name + " may be scheduled on " + node);
    }
    if (nodes
        .getOrDefault("/" + node, Json.object())
        .at("/metadata/labels")
        .has(Rack.CONTROL_PLANE_LABEL)) {
      report(Rule.CONTROL_PLANE_TOUCHED, name + " is a command to " + node);
    }
    JsonNode failure = machine(node).map(it -> it.at("/status/failure")).orElse(Json.object());
    Command last = commands.put(node, new Command(type, failure));
    if (last != null && last.type().equals(type) && last.failure().equals(failure)) {
      report(Rule.COMMAND_REPEATED, name + " repeats a " + type + " that has not failed");
    }
  }

  private static boolean over(JsonNode job) {
    for (JsonNode condition : job.at("/status/conditions")) {
      String type = condition.path("type").asText();
      if ((type.equals("Complete") || type.equals("Failed"))
          && condition.path("status").asText().equals("True")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized void switchedOn(SimulatedMachine machine) {
    checkHold(machine, "on");
  }

  @Override
  public synchronized void powerGoes(SimulatedMachine machine) {
    checkHold(machine, "off");
    List<String> left =
        pods.values().stream()
            .map(pod -> Json.as(pod, Pod.class))
            .filter(pod -> Pods.node(pod).filter(machine.kubernetesNode()::equals).isPresent())
            .filter(Pods::evictable)
            .map(Pods::name)
            .sorted()
            .toList();
    if (!left.isEmpty()) {
      report(
          Rule.PODS_ON_A_MACHINE_THAT_LOSES_POWER,
          machine.name() + " loses power under " + String.join(", ", left));
    }
  }

  private void checkHold(SimulatedMachine machine, String direction) {
    if (machine(machine.kubernetesNode())
        .filter(it -> it.at("/metadata/annotations").has(Api.HOLD_ANNOTATION))
        .isPresent()) {
      report(
          Rule.HELD_MACHINE_SWITCHED,
          machine.name() + " was switched " + direction + " under a hold");
    }
  }

  /** The Cluster Autoscaler has read a target size that is not the number of its instances. */
  synchronized void disagree(String group, int target, int instances) {
    report(
        Rule.TARGET_IS_NOT_INSTANCES,
        "target size of %s is %d, but %d instances are not being deleted"
            .formatted(group, target, instances));
  }

  /**
   * Looks at what must not last: a machine that is meant to work and is, but gets no pods.
   *
   * @param patience how long it may last
   */
  synchronized void look(Duration patience) {
    Set<String> idle =
        nodes.values().stream()
            .filter(SafetyInspector::cordonedByUs)
            .filter(SafetyInspector::ready)
            .map(SafetyInspector::name)
            .filter(this::meantToWork)
            .collect(Collectors.toSet());
    cordonedSince.keySet().retainAll(idle);
    for (String node : idle) {
      Instant since = cordonedSince.computeIfAbsent(node, name -> clock.instant());
      if (clock.instant().isAfter(since.plus(patience))) {
        report(Rule.LEFT_CORDONED, node + " is meant to work, but is still cordoned");
      }
    }
  }

  private boolean meantToWork(String node) {
    return machine(node)
        .filter(it -> it.at("/spec/powerState").asText().equals("on"))
        .filter(it -> it.at("/status/progress").asText().equals("ready"))
        .isPresent();
  }

  private static boolean cordonedByUs(JsonNode node) {
    return node.at("/spec/unschedulable").asBoolean()
        && node.at("/metadata/annotations").has(Api.CORDONED_ANNOTATION);
  }

  /**
   * All should be quiet now.
   *
   * @param states what the hardware does, by machine
   */
  synchronized void cycleEnded(Map<String, Hardware.State> states) {
    machines.values().stream()
        .filter(machine -> machine.at("/spec/powerState").asText().equals("off"))
        .map(SafetyInspector::name)
        .filter(name -> states.getOrDefault(name, Hardware.State.OFF) != Hardware.State.OFF)
        .forEach(name -> report(Rule.STILL_ON, name + " is to be off, but is still on"));
    nodes.values().stream()
        .filter(SafetyInspector::cordonedByUs)
        .filter(SafetyInspector::ready)
        .forEach(node -> report(Rule.LEFT_CORDONED, name(node) + " is Ready, but still cordoned"));
  }

  private static boolean ready(JsonNode node) {
    for (JsonNode condition : node.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  private Optional<JsonNode> machine(String kubernetesNode) {
    return machines.values().stream()
        .filter(it -> it.at("/spec/kubernetesNodeName").asText().equals(kubernetesNode))
        .findFirst();
  }

  private void report(Rule rule, String words) {
    boolean known =
        violations.stream().anyMatch(one -> one.rule() == rule && one.words().equals(words));
    if (!known) {
      violations.add(new Violation(clock.instant(), rule, words));
      LOG.error("RULE BROKEN {}: {}", rule, words);
    }
  }

  private static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  private static String label(JsonNode object, String key) {
    return object.at("/metadata/labels").path(key).asText("");
  }
}
