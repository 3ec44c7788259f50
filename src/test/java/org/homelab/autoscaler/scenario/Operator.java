package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.homelab.autoscaler.camel.Desk;
import org.homelab.autoscaler.camel.Headers;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.cloudprovider.ProviderException;
import org.homelab.autoscaler.cloudprovider.ProviderSettings;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.fleet.Touched;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Step;

/** The operator as it is shipped, but for Camel and Kubernetes: fleet, desk and routes. */
final class Operator {
  private static final Duration RESYNC = Duration.ofMinutes(5);
  private static final Duration CHECK = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final int MOST_LOOKS_AT_ONCE = 40;

  /** The process dies here. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final Lab lab;
  private static final Map<String, List<String>> ROUTES = PowerRoutes.read();
  private final Hands hands;
  private final Map<ObjectKey, Instant> due = new TreeMap<>();
  private final Deque<Lab.Change> unheard = new ArrayDeque<>();
  private final Map<ObjectKey, PowerJob> knownJobs = new HashMap<>();
  private final Map<ObjectKey, Step> last = new HashMap<>();
  private final List<String> log = new ArrayList<>();
  private Fleet fleet;
  private Desk desk;
  private CloudProviderService provider;
  private boolean hearing = true;
  private boolean writing;
  private boolean probing;
  private int writes;
  private long looks;
  private long crashes;
  private int crashAt = -1;
  private int orders;
  private int written;
  private int loseAnswerOf = -1;

  Operator(Lab lab) {
    this.lab = lab;
    this.hands = new Hands(lab, this::wrote);
    restart();
    lab.watch(this::hear);
    lab.timers().in(RESYNC, this::resync);
  }

  /** Devices that can be asked are asked as often as a health check comes. */
  private void probe() {
    for (Machine machine : fleet.machines()) {
      if (machine.power().probe() == Recipe.Probe.POWER) {
        boolean on = lab.box(machine.spec().kubernetesNodeName()).on();
        fleet.read(
            machine.key(), new DeviceReading(on ? ObservedPower.ON : ObservedPower.OFF, lab.now()));
        due.put(machine.key(), Instant.MIN);
      }
    }
    lab.timers().in(CHECK, this::probe);
  }

  private void resync() {
    touch(fleet.everything());
    lab.timers().in(RESYNC, this::resync);
  }

  /** Starts anew with nothing but what the API holds. */
  void restart() {
    fleet = new Fleet(ObjectKey::toString, Devices::plan);
    desk = desk(fleet);
    provider =
        new CloudProviderService(
            fleet,
            new LabIntents(lab, this::ordered),
            lab.timers().clock(),
            new ProviderSettings(defaults(), "accelerator", Duration.ofSeconds(1)),
            () -> true,
            () -> hearing);
    due.clear();
    unheard.clear();
    knownJobs.clear();
    lab.nodes().values().forEach(fleet::apply);
    lab.jobs().keySet().forEach(key -> deliver(new Lab.Change(Lab.Kind.JOB, key)));
    lab.declared().values().forEach(fleet::apply);
    lab.groups().values().forEach(fleet::apply);
    touch(fleet.everything());
  }

  private PowerPolicy.Defaults defaults() {
    PowerPolicy.Defaults standard = PowerPolicy.Defaults.STANDARD;
    return standard.protecting(lab.watchman().protectedNodes());
  }

  private Desk desk(Fleet fleet) {
    return new Desk(
        fleet, this::pods, new LabLeftovers(lab), defaults(), lab.timers().clock(), () -> true);
  }

  private DrainView pods(Machine machine) {
    DrainPolicy policy =
        machine
            .group()
            .flatMap(fleet::group)
            .map(GroupSnapshot::policy)
            .orElse(GroupPolicy.NONE)
            .drainPolicy();
    return lab.box(machine.spec().kubernetesNodeName())
        .look(machine.nodeReady(), lab.now(), policy);
  }

  void crashAt(int write) {
    crashAt = write;
  }

  /** Decisions that were taken. */
  long looks() {
    return looks;
  }

  /** Times that it died. */
  long crashes() {
    return crashes;
  }

  int writes() {
    return writes;
  }

  /** The process dies when that order is carried out and before it is answered. */
  void loseAnswerOf(int order) {
    loseAnswerOf = order;
  }

  /** Orders of CA that wrote something. */
  int orders() {
    return orders;
  }

  /** Writes by orders of CA. */
  int written() {
    return written;
  }

  List<String> log() {
    return log;
  }

  Fleet fleet() {
    return fleet;
  }

  Optional<Step> last(ObjectKey key) {
    return Optional.ofNullable(last.get(key));
  }

  /** The provider that CA asks; after a restart it is another. */
  CloudProviderService provider() {
    return provider;
  }

  /** Answers a call of CA. What an order writes is known at once. */
  <T> T answer(Function<CloudProviderService, T> call) {
    writing = true;
    try {
      return call.apply(provider);
    } catch (Crash crash) {
      log.add(Script.time(lab.now()) + " crash in a call");
      restart();
      throw new ProviderException.Unavailable("the connection was lost");
    } finally {
      writing = false;
    }
  }

  /** Lets events wait, all but those of its own writes, or hears of all that have waited. */
  void hearing(boolean hearing) {
    this.hearing = hearing;
    while (hearing && !unheard.isEmpty()) {
      deliver(unheard.poll());
    }
  }

  private void wrote() {
    if (++writes == crashAt) {
      throw new Crash();
    }
  }

  private void ordered(int more) {
    written += more;
    if (++orders == loseAnswerOf) {
      throw new Crash();
    }
  }

  private void hear(Lab.Change change) {
    if (hearing || writing) {
      deliver(change);
    } else {
      unheard.add(change);
    }
  }

  private void deliver(Lab.Change change) {
    ObjectKey key = change.key();
    touch(
        switch (change.kind()) {
          case NODE -> {
            Declared node = lab.declared().get(key);
            if (!probing && node != null && !node.spec().power().podSpecs()) {
              probing = true;
              lab.timers().in(CHECK, this::probe);
            }
            yield node == null ? fleet.removeMachine(key) : fleet.apply(node);
          }
          case GROUP ->
              lab.groups().containsKey(key)
                  ? fleet.apply(lab.groups().get(key))
                  : fleet.removeGroup(key);
          case KUBERNETES_NODE ->
              lab.node(key.name()).map(fleet::apply).orElseGet(() -> fleet.removeNode(key.name()));
          case JOB -> deliverJob(key);
        });
  }

  private Touched deliverJob(ObjectKey key) {
    PowerJob job = lab.jobs().get(key);
    PowerJob known = job == null ? knownJobs.remove(key) : knownJobs.put(key, job);
    if (job != null) {
      return fleet.apply(job);
    }
    return known == null ? Touched.NOTHING : fleet.removeJob(known);
  }

  /** Looks at everything again. */
  void touch() {
    touch(fleet.everything());
  }

  private void touch(Touched touched) {
    touched.machines().forEach(key -> due.put(key, Instant.MIN));
  }

  /** When it wants to look at something again by itself. */
  Optional<Instant> next() {
    return due.values().stream().min(Instant::compareTo);
  }

  /** Looks at every machine that is due until none is. */
  void work() {
    Map<ObjectKey, Integer> looks = new HashMap<>();
    Optional<ObjectKey> key = nextDue();
    while (key.isPresent()) {
      if (looks.merge(key.get(), 1, Integer::sum) > MOST_LOOKS_AT_ONCE) {
        throw new AssertionError("looks at " + key.get() + " without end: " + tail());
      }
      due.remove(key.get());
      look(key.get());
      key = nextDue();
    }
  }

  private Optional<ObjectKey> nextDue() {
    return due.entrySet().stream()
        .filter(entry -> !entry.getValue().isAfter(lab.now()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private void look(ObjectKey key) {
    Map<String, Object> headers = new HashMap<>();
    Step step = desk.decide(key, headers);
    if (step == null) {
      return;
    }
    if (headers.get(Headers.AGAIN_AT) instanceof Instant again) {
      Instant at = lab.timers().whenShown(again);
      due.put(key, at.isAfter(lab.now()) ? at : lab.now().plusMillis(1));
    }
    looks++;
    tell(step);
    writing = true;
    try {
      hands.carryOut(step, ROUTES.get(step.route()));
    } catch (Hands.Refused refused) {
      due.put(key, lab.now().plus(RETRY));
    } catch (Crash crash) {
      crashes++;
      log.add(Script.time(lab.now()) + " crash");
      restart();
    } finally {
      writing = false;
    }
  }

  private void tell(Step step) {
    Step before = last.put(step.machine().key(), step);
    if (before == null || !before.decision().equals(step.decision())) {
      log.add(Script.time(lab.now()) + " " + step.machine().name() + " " + step.decision());
    }
  }

  String tail() {
    return String.join("\n", log.subList(Math.max(0, log.size() - 40), log.size()));
  }
}
