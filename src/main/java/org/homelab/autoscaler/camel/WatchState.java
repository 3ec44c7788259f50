package org.homelab.autoscaler.camel;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of one informer's watch; says in the log when it turns, once per turn. */
final class WatchState {
  private static final Logger LOG = LoggerFactory.getLogger(WatchState.class);

  /** Every watch ends after some minutes, and the next one follows within about a second. */
  private static final Duration USUAL_GAP = Duration.ofSeconds(5);

  private final String name;
  private final Clock clock;
  private boolean listed;
  private boolean synced;
  private boolean watching;
  private Instant lastWatching;
  private Optional<WatchProblem> problem = Optional.empty();
  private Optional<WatchProblem.Kind> told = Optional.empty();

  WatchState(String name, Clock clock) {
    this.name = name;
    this.clock = clock;
    this.lastWatching = clock.instant();
  }

  /**
   * Everything that was there at the start is through.
   *
   * @return whether that is news
   */
  synchronized boolean synced(int objects) {
    boolean news = !synced;
    synced = true;
    if (news) {
      LOG.info("{} synced objects={}", name, objects);
    }
    return news;
  }

  synchronized void failed(WatchProblem failure) {
    problem = Optional.of(failure);
    if (!told.equals(Optional.of(failure.kind()))) {
      told = Optional.of(failure.kind());
      LOG.warn("{}: {}; trying again until it works", name, failure.advice());
    }
  }

  /** The first list is through; from now on the watch has its usual time to open. */
  synchronized void listed() {
    if (!listed) {
      listed = true;
      lastWatching = clock.instant();
    }
  }

  /** Takes down whether the watch is open at this moment. */
  synchronized void look(boolean open) {
    Instant now = clock.instant();
    watching = open;
    if (open) {
      if (told.isPresent()) {
        LOG.info("{} watches after={}s", name, Duration.between(lastWatching, now).toSeconds());
      }
      told = Optional.empty();
      problem = Optional.empty();
      lastWatching = now;
    }
  }

  /** Nothing has come since then, although the watch seemed open. */
  synchronized void deaf(Instant since) {
    watching = false;
    lastWatching = since.isBefore(lastWatching) ? since : lastWatching;
  }

  /**
   * Whether the watch is away for longer than usual and nobody has told us why; not while the first
   * list is still being read, which may take long.
   */
  synchronized boolean unexplained() {
    return listed && problem.isEmpty() && age().compareTo(USUAL_GAP) > 0;
  }

  synchronized InformerStatus status() {
    return new InformerStatus(name, synced, watching, age(), problem.map(WatchProblem::advice));
  }

  private Duration age() {
    Duration age = Duration.between(lastWatching, clock.instant());
    return watching || age.isNegative() ? Duration.ZERO : age;
  }
}
