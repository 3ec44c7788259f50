package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** All informers of this process, and when they know enough to be relied on. */
public final class InformerRegistry {
  private static final Duration LOST = Duration.ofSeconds(10);

  private final CopyOnWriteArrayList<WatchState> states = new CopyOnWriteArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean allSynced;

  InformerRegistry() {}

  /**
   * Whether everything that was there at the start has gone through the routes once, for every
   * informer. Stays true: a watch that is lost later makes nothing unknown.
   */
  public synchronized boolean allSynced() {
    return allSynced;
  }

  /** How long the informer that is worst off has heard nothing; zero if all are watching. */
  public Duration watchAge() {
    return statuses().stream()
        .map(InformerStatus::watchAge)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** Whether changes are being told to us, but for the gap between a watch and the next. */
  public boolean hearing() {
    return watchAge().compareTo(LOST) < 0;
  }

  /** How each informer is. */
  public List<InformerStatus> statuses() {
    return states.stream().map(WatchState::status).toList();
  }

  /** Runs this once, as soon as all informers have synced; at once if they have. */
  public void whenAllSynced(Runnable action) {
    if (!enqueue(action)) {
      action.run();
    }
  }

  void add(WatchState state) {
    states.addIfAbsent(state);
  }

  void remove(WatchState state) {
    states.remove(state);
  }

  /** One informer has synced. */
  void synced() {
    release().forEach(Runnable::run);
  }

  private synchronized boolean enqueue(Runnable action) {
    return !allSynced && waiting.add(action);
  }

  private synchronized List<Runnable> release() {
    allSynced |= statuses().stream().allMatch(InformerStatus::synced);
    if (!allSynced) {
      return List.of();
    }
    List<Runnable> actions = List.copyOf(waiting);
    waiting.clear();
    return actions;
  }
}
