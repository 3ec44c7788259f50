package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.DrainPolicy.LocalStorage;
import org.homelab.autoscaler.fleet.DrainPolicy.UnmanagedPods;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.OperationType;

/** The thing in the rack: its power, how it behaves, and the pods that run on it. */
final class Box {
  /** What becomes of a power Job. */
  enum Outcome {
    OK,
    FAILS,
    /** It fails, but the machine obeys. */
    FAILS_BUT_ACTS,
    /** It succeeds, but the machine does nothing. */
    LIES,
    /** It works by the machine's own system, as SSH does: it fails where none runs. */
    NEEDS_SYSTEM,
    /** It runs until it is stopped. */
    HANGS,
    /** It waits for a line of the scenario. */
    MANUAL
  }

  /** What a device does with a command that the operator itself gives it. */
  enum Device {
    TAKES,
    REFUSES,
    /** It is the machine's own system, as with SSH: it refuses where none runs. */
    NEEDS_SYSTEM,
    /** The machine obeys, but no answer comes. */
    ACTS_SILENTLY,
    /** Nothing happens, and no answer comes. */
    SILENT
  }

  /** A pod that would be missed. */
  static final class Pod {
    private Set<String> nature = Set.of();
    private Instant askedToGo = Instant.MAX;

    boolean leaving() {
      return !askedToGo.equals(Instant.MAX);
    }

    Instant askedToGo() {
      return askedToGo;
    }

    /** {@code blocked} by a budget, {@code bare}, {@code local} storage, {@code slow} to end. */
    Pod is(Set<String> nature) {
      this.nature = nature;
      return this;
    }

    boolean blocks(DrainPolicy policy) {
      return !leaving()
          && ((nature.contains("bare") && policy.unmanagedPods() == UnmanagedPods.BLOCK)
              || (nature.contains("local") && policy.localStorage() == LocalStorage.BLOCK));
    }

    Duration grace() {
      return nature.contains("slow") ? SLOW : GRACE;
    }

    /** Asks it to go; a disruption budget may not let it. */
    boolean evict(Instant now) {
      if (!nature.contains("blocked") && !leaving()) {
        askedToGo = now;
        return true;
      }
      return false;
    }
  }

  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final Duration SLOW = Duration.ofSeconds(90);
  private static final Duration JOIN_BEFORE_READY = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofSeconds(40);

  private final String node;
  private final Lab lab;
  private final Map<String, Pod> pods = new TreeMap<>();
  private final Set<String> volumes = new TreeSet<>();
  private final List<String> sneaking = new ArrayList<>();
  private final List<String> tooLate = new ArrayList<>();
  private boolean on;
  private boolean hung;
  private int epoch;
  Duration boots = Duration.ofMinutes(1);
  boolean comesUp = true;
  int deafTo;
  Outcome onJob = Outcome.OK;
  Outcome offJob = Outcome.OK;
  Device onDevice = Device.TAKES;
  Device offDevice = Device.TAKES;

  Box(String node, Lab lab) {
    this.node = node;
    this.lab = lab;
  }

  /**
   * How the device of that stage behaves; those that a machine falls back to do as they are told.
   */
  Device device(OperationType type, int stage) {
    if (stage > 0) {
      return Device.TAKES;
    }
    return switch (type) {
      case STARTUP -> onDevice;
      case SHUTDOWN -> offDevice;
    };
  }

  String node() {
    return node;
  }

  boolean on() {
    return on;
  }

  /** Whether its system runs, so that somebody could log in. */
  boolean systemRuns() {
    return on && !hung;
  }

  /** It has been running since long ago. */
  void running() {
    on = true;
  }

  void switchOn() {
    if (on && !hung) {
      return;
    }
    on = true;
    hung = !comesUp || deafTo > 0;
    deafTo = Math.max(0, deafTo - 1);
    int boot = ++epoch;
    if (!hung) {
      lab.timers().in(atLeastZero(boots.minus(JOIN_BEFORE_READY)), () -> during(boot, this::join));
      lab.timers().in(boots, () -> during(boot, () -> lab.nodeReady(node, true)));
    }
  }

  /** Power goes: Kubernetes notices after a while. */
  void switchOff() {
    if (!on) {
      return;
    }
    on = false;
    int off = ++epoch;
    lab.timers().in(SILENCE, () -> during(off, () -> lab.nodeReady(node, false)));
  }

  private void during(int then, Runnable event) {
    if (epoch == then) {
      event.run();
    }
  }

  private void join() {
    lab.nodeJoins(node);
  }

  Pod pod(String name) {
    return pods.computeIfAbsent(name, key -> new Pod());
  }

  void ends(String pod) {
    pods.remove(pod);
  }

  Collection<Pod> pods() {
    return pods.values();
  }

  /** Asks every pod to go that may; none while one blocks the drain for good. */
  boolean evict(Instant now, DrainPolicy policy) {
    boolean any = false;
    boolean blocked = pods.values().stream().anyMatch(pod -> pod.blocks(policy));
    for (Map.Entry<String, Pod> pod : Map.copyOf(pods).entrySet()) {
      boolean may = !pod.getValue().blocks(policy) && (!blocked || policy.forced());
      if (may && pod.getValue().evict(now)) {
        any = true;
        int then = epoch;
        lab.timers()
            .in(pod.getValue().grace(), () -> during(then, () -> pods.remove(pod.getKey())));
      }
    }
    return any;
  }

  DrainView look(boolean ready, Instant now, DrainPolicy policy) {
    int left = podsLeft(ready, now);
    if (left == 0) {
      return DrainView.attached(ready ? volumes.size() : 0);
    }
    boolean blocked = pods.values().stream().anyMatch(pod -> pod.blocks(policy));
    String first = pods.keySet().iterator().next();
    return new DrainView(left, first + (blocked ? ": may not be evicted" : ": still there"));
  }

  /** A pod that is bound, past the scheduler, in the moment of the last look, or just after. */
  void intrude(String pod, boolean before) {
    (before ? sneaking : tooLate).add(pod);
  }

  /** The last look before the power-off is claimed. */
  void lastLook(boolean before) {
    List<String> intruders = before ? sneaking : tooLate;
    intruders.forEach(this::pod);
    intruders.clear();
  }

  Set<String> volumes() {
    return volumes;
  }

  /** A dead machine says of no pod that it went, so after a while nobody waits for it to. */
  int podsLeft(boolean ready, Instant now) {
    Instant longAgo = now.minus(Duration.ofSeconds(60));
    return (int)
        pods.values().stream().filter(pod -> ready || pod.askedToGo().isAfter(longAgo)).count();
  }

  void forgetPods() {
    pods.clear();
  }

  private static Duration atLeastZero(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }
}
