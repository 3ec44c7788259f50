package org.homelab.autoscaler.camel;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A queue of things to look at, each known by its key, for work that looks at the whole state of a
 * thing and not at what changed. A key waits in it once however often it is added, is never worked
 * on by two at once, and comes back by itself when the work failed: after half a second, then twice
 * as long each time, at most a minute, until the work succeeds.
 *
 * <p>A key has one time at which it comes up, the soonest that was asked for; adding it without a
 * delay is the soonest of all. Everything is safe to call from any thread.
 *
 * @param <K> the keys; told apart by {@code equals}
 */
public final class KeyedQueue<K> {
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(500);
  private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);

  /** Whoever may take nothing looks this often whether he may. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** A clock that is set while we wait is noticed no later than this. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<K, Instant> ready = new LinkedHashMap<>();
  private final Map<K, Instant> inFlight = new HashMap<>();
  private final Map<K, Instant> againAfterwards = new HashMap<>();
  private final Map<K, Due> delayed = new HashMap<>();
  private final TreeMap<Due, K> delayedByTime = new TreeMap<>();
  private final Map<K, Integer> failures = new HashMap<>();
  private long sequence;
  private long retries;

  /** A queue that runs by the system's clock. */
  public KeyedQueue() {
    this(Clock.systemUTC());
  }

  /** A queue that runs by this clock. */
  public KeyedQueue(Clock clock) {
    this.clock = clock;
  }

  /** Hands the key out as soon as somebody is free, and once more if it is being worked on. */
  public void add(K key) {
    locked(() -> addNow(key, clock.instant()));
  }

  /** Hands the key out after this time, or sooner if it was asked for sooner. */
  public void addAfter(K key, Duration delay) {
    locked(() -> addNoLaterThan(key, clock.instant().plus(delay)));
  }

  /** Hands the key out at this time, or sooner if it was asked for sooner. */
  public void addAt(K key, Instant at) {
    locked(() -> addNoLaterThan(key, at));
  }

  /**
   * The next key, if one is due. It stays with the caller until {@link #succeeded} or {@link
   * #failed} is called for it.
   */
  public Optional<K> poll() {
    return locked(() -> next(clock.instant()));
  }

  /**
   * Like {@link #poll()}, but waits until a key is due. Empty as soon as {@code goOn} says no,
   * which is asked after each {@link #wake()}. Takes nothing while {@code may} says no.
   */
  Optional<K> take(BooleanSupplier goOn, BooleanSupplier may) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (goOn.getAsBoolean()) {
        Instant now = clock.instant();
        boolean allowed = may.getAsBoolean();
        Optional<K> key = allowed ? next(now) : Optional.empty();
        if (key.isPresent()) {
          return key;
        }
        Duration pause = allowed ? untilNextDue(now) : PAUSE;
        long unused = changed.awaitNanos(pause.toNanos());
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Lets everybody who waits in {@link #take} look up. */
  void wake() {
    locked(() -> {});
  }

  /** The work on this key is done; the next failure starts with the shortest back-off. */
  public void succeeded(K key) {
    locked(
        () -> {
          finish(key);
          failures.remove(key);
        });
  }

  /** The work on this key is done, and there is something to look at again at this time. */
  public void succeeded(K key, Instant again) {
    locked(
        () -> {
          finish(key);
          failures.remove(key);
          addNoLaterThan(key, again);
        });
  }

  /**
   * The work on this key failed; it comes up again after its back-off, or at once if it was added
   * meanwhile.
   *
   * @return the back-off
   */
  public Duration failed(K key) {
    return locked(
        () -> {
          finish(key);
          retries++;
          Duration backOff = backOff(failures.merge(key, 1, Integer::sum));
          addNoLaterThan(key, clock.instant().plus(backOff));
          return backOff;
        });
  }

  /** Number of keys that are due and wait for somebody to be free. */
  public int depth() {
    return read(() -> ready.size() + againAfterwards.size());
  }

  /** Number of keys that are not due yet. */
  public int delayed() {
    return read(delayed::size);
  }

  /** Number of keys that are being worked on. */
  public int inFlight() {
    return read(inFlight::size);
  }

  /** Number of failures since the start. */
  public long retries() {
    return read(() -> retries);
  }

  /** How long the key that has waited longest is due; zero if none waits. */
  public Duration oldestAge() {
    return read(
        () -> age(Stream.concat(ready.values().stream(), againAfterwards.values().stream())));
  }

  /** How long the longest work that goes on has gone on; zero if none does. */
  public Duration longestInFlight() {
    return read(() -> age(inFlight.values().stream()));
  }

  private void addNow(K key, Instant now) {
    dropDelay(key);
    if (inFlight.containsKey(key)) {
      againAfterwards.putIfAbsent(key, now);
    } else {
      ready.putIfAbsent(key, now);
    }
  }

  private void addNoLaterThan(K key, Instant at) {
    Instant now = clock.instant();
    if (!at.isAfter(now)) {
      addNow(key, now);
      return;
    }
    Due pending = delayed.get(key);
    boolean sooner = pending == null || at.isBefore(pending.at());
    if (sooner && !ready.containsKey(key) && !againAfterwards.containsKey(key)) {
      dropDelay(key);
      Due due = new Due(at, sequence++);
      delayed.put(key, due);
      delayedByTime.put(due, key);
    }
  }

  private void dropDelay(K key) {
    Due due = delayed.remove(key);
    if (due != null) {
      delayedByTime.remove(due);
    }
  }

  private Optional<K> next(Instant now) {
    makeDueReady(now);
    Optional<K> key = ready.keySet().stream().findFirst();
    key.ifPresent(
        taken -> {
          ready.remove(taken);
          inFlight.put(taken, now);
        });
    return key;
  }

  private void makeDueReady(Instant now) {
    while (!delayedByTime.isEmpty() && !delayedByTime.firstKey().at().isAfter(now)) {
      Map.Entry<Due, K> due = delayedByTime.firstEntry();
      addNow(due.getValue(), due.getKey().at());
    }
  }

  private void finish(K key) {
    if (inFlight.remove(key) == null) {
      throw new IllegalStateException("not being worked on: " + key);
    }
    Instant since = againAfterwards.remove(key);
    if (since != null) {
      ready.put(key, since);
    }
  }

  private Duration untilNextDue(Instant now) {
    if (delayedByTime.isEmpty()) {
      return LONGEST_WAIT;
    }
    Duration wait = Duration.between(now, delayedByTime.firstKey().at());
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  private static Duration backOff(int failures) {
    // Seven doublings of the first are more than the longest; further ones could overflow.
    Duration backOff = FIRST_BACK_OFF.multipliedBy(1L << Math.min(failures - 1, 7));
    return backOff.compareTo(LONGEST_BACK_OFF) < 0 ? backOff : LONGEST_BACK_OFF;
  }

  private Duration age(Stream<Instant> since) {
    Instant now = clock.instant();
    return since
        .min(Instant::compareTo)
        .filter(now::isAfter)
        .map(oldest -> Duration.between(oldest, now))
        .orElse(Duration.ZERO);
  }

  private void locked(Runnable change) {
    locked(
        () -> {
          change.run();
          return change;
        });
  }

  private <T> T locked(Supplier<T> change) {
    lock.lock();
    try {
      T result = change.get();
      changed.signalAll();
      return result;
    } finally {
      lock.unlock();
    }
  }

  private <T> T read(Supplier<T> figure) {
    lock.lock();
    try {
      makeDueReady(clock.instant());
      return figure.get();
    } finally {
      lock.unlock();
    }
  }

  private record Due(Instant at, long sequence) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
