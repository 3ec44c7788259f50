package org.homelab.autoscaler.leader;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands for election from {@link #begin} to {@link #close}, on a thread of its own. */
public final class Campaign implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("leader");
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(10);

  private final Election election;
  private final Duration retry;
  private final CountDownLatch ended = new CountDownLatch(1);
  private Optional<Thread> thread = Optional.empty();

  /**
   * A campaign.
   *
   * @param identity what this replica is called, unlike any other
   * @param leadership is told of renewals and losses
   */
  public Campaign(
      LeaseStore store, String identity, Terms terms, Leadership leadership, TimeSource time) {
    this.election = new Election(store, identity, terms, leadership, time);
    this.retry = terms.retry();
  }

  /** Begins, unless it has begun or ended. */
  public synchronized void begin() {
    if (thread.isEmpty() && ended.getCount() > 0) {
      var started = new Thread(this::run, "leader-election");
      started.setDaemon(true);
      started.start();
      thread = Optional.of(started);
    }
  }

  /** Who leads, as far as this replica knows. */
  public Optional<String> leader() {
    return election.leader();
  }

  /** Ends, and gives the Lease back if it is held. What acts as the leader must have ended. */
  @Override
  public synchronized void close() {
    ended.countDown();
    thread.ifPresent(
        running -> {
          try {
            running.join(LONGEST_REQUEST.toMillis());
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
    thread = Optional.empty();
  }

  private void run() {
    Duration pause = Duration.ZERO;
    try {
      while (!ended.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        pause = look();
      }
      election.release();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration look() {
    try {
      return election.look();
    } catch (RuntimeException failure) {
      // An exception that escaped would end the election for good.
      LOG.error("the election stumbles, trying again: {}", failure.toString());
      LOG.debug("the election stumbles", failure);
      return retry;
    }
  }
}
