package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

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
    /** It runs until it is stopped. */
    HANGS,
    /** It waits for a line of the scenario. */
    MANUAL
  }

  /** A pod that would be missed. */
  static final class Pod {
    private boolean blocked;
    private Instant askedToGo = Instant.MAX;

    boolean leaving() {
      return !askedToGo.equals(Instant.MAX);
    }

    Instant askedToGo() {
      return askedToGo;
    }

    void block(boolean blocked) {
      this.blocked = blocked;
    }

    /** Asks it to go; a disruption budget may not let it. */
    boolean evict(Instant now) {
      if (!blocked && !leaving()) {
        askedToGo = now;
        return true;
      }
      return false;
    }
  }

  private static final Duration JOIN_BEFORE_READY = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofSeconds(40);

  private final String node;
  private final Lab lab;
  private final Map<String, Pod> pods = new TreeMap<>();
  private boolean on;
  private boolean hung;
  private int epoch;
  Duration boots = Duration.ofMinutes(1);
  boolean comesUp = true;
  Outcome onJob = Outcome.OK;
  Outcome offJob = Outcome.OK;

  Box(String node, Lab lab) {
    this.node = node;
    this.lab = lab;
  }

  String node() {
    return node;
  }

  boolean on() {
    return on;
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
    hung = !comesUp;
    int boot = ++epoch;
    if (comesUp) {
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

  Collection<Pod> pods() {
    return pods.values();
  }

  boolean evict(Instant now, Duration grace) {
    boolean any = false;
    for (Map.Entry<String, Pod> pod : Map.copyOf(pods).entrySet()) {
      if (pod.getValue().evict(now)) {
        any = true;
        int then = epoch;
        lab.timers().in(grace, () -> during(then, () -> pods.remove(pod.getKey())));
      }
    }
    return any;
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
