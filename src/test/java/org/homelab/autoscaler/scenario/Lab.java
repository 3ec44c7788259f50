package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Template;

/** What is true whether the operator knows it or not: the Kubernetes API and the rack. */
final class Lab {
  private static final Duration JOB_TIME = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final Duration STOP_TIME = Duration.ofSeconds(10);

  /** What every machine offers. */
  static final Template SHAPE =
      new Template(
          Map.of(),
          List.of(),
          Map.of("cpu", "4", "memory", "8Gi"),
          Map.of("cpu", "3900m", "memory", "7Gi"));

  /** Kinds of objects that are watched. */
  enum Kind {
    NODE,
    GROUP,
    KUBERNETES_NODE,
    JOB
  }

  /** An object has changed, come or gone. */
  record Change(Kind kind, ObjectKey key) {}

  private final Timers timers = new Timers();
  private final Map<ObjectKey, Declared> declared = new TreeMap<>();
  private final Map<ObjectKey, DeclaredGroup> groups = new TreeMap<>();
  private final Map<String, KubernetesNode> nodes = new TreeMap<>();
  private final Map<ObjectKey, PowerJob> jobs = new TreeMap<>();
  private final Map<ObjectKey, PowerJob> abandoned = new TreeMap<>();
  private final Map<String, Box> boxes = new TreeMap<>();
  private final List<String> jobsEver = new ArrayList<>();
  private final List<String> commandsEver = new ArrayList<>();
  private final Watchman watchman = new Watchman(this);
  private Consumer<Change> watcher = change -> {};
  private Duration jobsAreKept = Duration.ofMinutes(10);
  private long revision = 1;

  Timers timers() {
    return timers;
  }

  Instant now() {
    return timers.now();
  }

  Watchman watchman() {
    return watchman;
  }

  void watch(Consumer<Change> watcher) {
    this.watcher = watcher;
  }

  void keepJobs(Duration time) {
    jobsAreKept = time;
  }

  Map<ObjectKey, Declared> declared() {
    return declared;
  }

  Map<ObjectKey, DeclaredGroup> groups() {
    return groups;
  }

  Map<String, KubernetesNode> nodes() {
    return nodes;
  }

  Map<ObjectKey, PowerJob> jobs() {
    return jobs;
  }

  /** The names of all Jobs that there ever were. */
  List<String> jobsEver() {
    return jobsEver;
  }

  Optional<KubernetesNode> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  Box box(String node) {
    return boxes.computeIfAbsent(node, name -> new Box(name, this));
  }

  Map<String, Box> boxes() {
    return boxes;
  }

  /** Stores a Node resource under a new revision. */
  Declared put(Declared node) {
    Declared stored = Edits.revision(node, Long.toString(++revision));
    declared.put(stored.key(), stored);
    tell(Kind.NODE, stored.key());
    return stored;
  }

  void edit(ObjectKey node, UnaryOperator<Declared> change) {
    Optional.ofNullable(declared.get(node)).map(change).ifPresent(this::put);
  }

  /** Deletes a Node resource, or marks it where a finalizer keeps it. */
  void delete(ObjectKey node) {
    if (declared.get(node).inCharge()) {
      edit(node, kept -> DeclaredBuilder.copy(kept).deleting(true).build());
    } else {
      remove(node);
    }
  }

  /** A Node resource goes; its Jobs go with it. */
  void remove(ObjectKey node) {
    declared.remove(node);
    tell(Kind.NODE, node);
    List.copyOf(jobs.values()).stream()
        .filter(job -> job.machine().equals(node))
        .forEach(job -> stop(job.key()));
  }

  void put(DeclaredGroup group) {
    groups.put(group.key(), group);
    tell(Kind.GROUP, group.key());
  }

  void editGroup(ObjectKey key, UnaryOperator<DeclaredGroup> change) {
    Optional.ofNullable(groups.get(key)).map(change).ifPresent(this::put);
  }

  void deleteGroup(ObjectKey key) {
    groups.remove(key);
    tell(Kind.GROUP, key);
  }

  void put(KubernetesNode node) {
    nodes.put(node.name(), node);
    tell(Kind.KUBERNETES_NODE, new ObjectKey("", node.name()));
  }

  void editNode(String name, UnaryOperator<KubernetesNode> change) {
    node(name).map(change).ifPresent(this::put);
  }

  /** Deletes a Kubernetes node, and Kubernetes the pods on it. */
  void deleteNode(String name) {
    nodes.remove(name);
    box(name).forgetPods();
    tell(Kind.KUBERNETES_NODE, new ObjectKey("", name));
  }

  void nodeJoins(String name) {
    if (!nodes.containsKey(name)) {
      put(
          KubernetesNodeBuilder.node(name)
              .providerId(Optional.empty())
              .resources(SHAPE.capacity(), SHAPE.allocatable())
              .created(now())
              .ready(false, now())
              .build());
    }
  }

  void nodeReady(String name, boolean ready) {
    editNode(name, node -> node.ready() == ready ? node : Edits.ready(node, ready, now()));
  }

  void put(PowerJob job) {
    jobs.put(job.key(), job);
    tell(Kind.JOB, job.key());
  }

  void removeJob(ObjectKey key) {
    if (jobs.remove(key) != null) {
      tell(Kind.JOB, key);
    }
  }

  /** A device switches its machine, at once. */
  void deviceActs(Box box, OperationType type, String name) {
    commandsEver.add(name);
    if (type == OperationType.STARTUP) {
      box.switchOn();
    } else {
      watchman.powerGoes(name, box);
      box.switchOff();
    }
  }

  /** The names of all commands that a device ever obeyed. */
  List<String> commandsEver() {
    return commandsEver;
  }

  /** Starts a Job; it does what the machine's nature is. */
  PowerJob start(ObjectKey machine, OperationType type, String name, Duration deadline) {
    var job =
        new PowerJob(
            new ObjectKey(machine.namespace(), name),
            machine,
            Optional.of(declared.get(machine).spec().kubernetesNodeName()),
            type,
            PowerJob.State.RUNNING,
            now(),
            "");
    jobsEver.add(name);
    put(job);
    Box box = box(declared.get(machine).spec().kubernetesNodeName());
    Box.Outcome outcome = type == OperationType.STARTUP ? box.onJob : box.offJob;
    if (outcome == Box.Outcome.HANGS) {
      return job;
    }
    if (outcome == Box.Outcome.MANUAL) {
      timers.in(deadline, () -> end(job.key(), box, Box.Outcome.FAILS));
    } else {
      timers.in(JOB_TIME, () -> end(job.key(), box, outcome));
    }
    return job;
  }

  /** A Job that runs ends so, and its machine feels it. */
  void end(ObjectKey key, Box box, Box.Outcome outcome) {
    PowerJob job = jobs.get(key);
    if (job == null || job.state() != PowerJob.State.RUNNING) {
      return;
    }
    boolean works =
        outcome == Box.Outcome.OK || (outcome == Box.Outcome.NEEDS_SYSTEM && box.systemRuns());
    boolean acts = works || outcome == Box.Outcome.FAILS_BUT_ACTS;
    boolean succeeds = works || outcome == Box.Outcome.LIES;
    if (acts) {
      act(job, box);
    }
    put(Edits.state(job, succeeds ? PowerJob.State.SUCCEEDED : PowerJob.State.FAILED));
    timers.in(jobsAreKept, () -> removeJob(key));
  }

  private void act(PowerJob job, Box box) {
    if (job.type() == OperationType.STARTUP) {
      box.switchOn();
    } else {
      watchman.powerGoes(job.key().name(), box);
      box.switchOff();
    }
  }

  /** Deletes a Job; its pod takes a while to go. */
  void stop(ObjectKey key) {
    PowerJob job = jobs.get(key);
    if (job != null && job.state() != PowerJob.State.STOPPING) {
      put(Edits.state(job, PowerJob.State.STOPPING));
      timers.in(STOP_TIME, () -> removeJob(key));
    }
  }

  /**
   * Somebody deletes a Job, and not its pod first: that runs on for as long as it may, and acts in
   * its last moment.
   */
  void abandon(ObjectKey key) {
    PowerJob job = jobs.get(key);
    if (job == null || job.state() != PowerJob.State.RUNNING) {
      return;
    }
    Box box = box(job.nodeName().orElseThrow());
    abandoned.put(key, job);
    removeJob(key);
    timers.in(
        GRACE,
        () -> {
          act(job, box);
          abandoned.remove(key);
        });
  }

  /** Jobs that are gone and whose pods may still act. */
  Collection<PowerJob> abandoned() {
    return abandoned.values();
  }

  private void tell(Kind kind, ObjectKey key) {
    watcher.accept(new Change(kind, key));
  }
}
