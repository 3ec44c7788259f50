package org.homelab.autoscaler.leader;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.homelab.autoscaler.leader.LeaseStore.Conflict;
import org.homelab.autoscaler.leader.LeaseStore.Seen;
import org.homelab.autoscaler.leader.LeaseStore.Unavailable;
import org.homelab.autoscaler.leader.TimeSource.Moment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and keeps the Lease, one {@link #look} at a time. A Lease of somebody else is over when it
 * has not changed for its duration by our own clock; what time its holder wrote into it does not
 * matter, since the clocks of a homelab disagree. For one thread.
 */
final class Election {
  private static final Logger LOG = LoggerFactory.getLogger("leader");

  private final LeaseStore store;
  private final String identity;
  private final Terms terms;
  private final Leadership leadership;
  private final TimeSource time;
  private volatile Optional<Observed> observed = Optional.empty();
  private Optional<LeaseRecord> tried = Optional.empty();
  private Optional<LeaseRecord> written = Optional.empty();
  private Optional<String> problem = Optional.empty();

  private record Observed(Seen seen, Moment first) {}

  Election(LeaseStore store, String identity, Terms terms, Leadership leadership, TimeSource time) {
    this.store = store;
    this.identity = identity;
    this.terms = terms;
    this.leadership = leadership;
    this.time = time;
  }

  /**
   * Renews the Lease, takes it if it is free, or sees who has it.
   *
   * @return when to look again
   */
  Duration look() {
    Moment begun = time.now();
    try {
      Optional<Seen> seen = store.read();
      Duration again = seen.isPresent() ? look(begun, seen.get()) : create(begun);
      problem.ifPresent(over -> LOG.info("the Lease can be read and written again"));
      problem = Optional.empty();
      return again;
    } catch (Conflict taken) {
      return terms.retry().dividedBy(10);
    } catch (Unavailable failure) {
      tell(failure);
      return terms.retry();
    } finally {
      leadership.look();
    }
  }

  /** Who leads, as far as this replica knows: itself, or whoever has renewed the Lease in time. */
  Optional<String> leader() {
    if (leadership.leading()) {
      return Optional.of(identity);
    }
    return observed
        .filter(current -> !over(current))
        .flatMap(current -> current.seen().lease().holder())
        .filter(holder -> !holder.equals(identity));
  }

  /** Gives the Lease back, so that another replica need not wait; acts no more from here on. */
  void release() {
    leadership.lost("it stops");
    try {
      Optional<Seen> seen = store.read();
      if (seen.isPresent() && mine(seen.get().lease())) {
        store.replace(seen.get().lease().released(instant(time.now())), seen.get().version());
        LOG.info("gave the Lease back");
      }
    } catch (Conflict | Unavailable kept) {
      LOG.info("the Lease was not given back, it runs out by itself: {}", kept.getMessage());
    }
  }

  private Duration create(Moment begun) throws Conflict, Unavailable {
    Instant now = instant(begun);
    var lease = new LeaseRecord(Optional.of(identity), terms.duration(), now, now, 0);
    tried = Optional.of(lease);
    store.create(lease);
    took(begun, lease);
    return terms.retry();
  }

  private Duration look(Moment begun, Seen seen) throws Conflict, Unavailable {
    Observed current =
        observed
            .filter(before -> before.seen().equals(seen))
            .orElseGet(() -> new Observed(seen, time.now()));
    observed = Optional.of(current);
    LeaseRecord lease = seen.lease();
    if (mine(lease)) {
      replace(begun, seen, lease.acquired(), lease.transitions());
      return terms.retry();
    }
    if (lease.holder().isEmpty() || over(current)) {
      replace(begun, seen, instant(begun), lease.transitions() + 1);
      return terms.retry();
    }
    leadership.lost(lease.holder().get() + " has the Lease");
    Duration left = lease.duration().minus(time.now().since(current.first()));
    return left.compareTo(terms.retry()) < 0 ? left : terms.retry();
  }

  private void replace(Moment begun, Seen seen, Instant acquired, int transitions)
      throws Conflict, Unavailable {
    var lease =
        new LeaseRecord(
            Optional.of(identity), terms.duration(), acquired, instant(begun), transitions);
    tried = Optional.of(lease);
    store.replace(lease, seen.version());
    took(begun, lease);
  }

  private void took(Moment begun, LeaseRecord lease) {
    boolean before = leadership.leading();
    written = Optional.of(lease);
    leadership.renewed(begun);
    if (!before) {
      LOG.info("leads as {} since={} transitions={}", identity, begun.wall(), lease.transitions());
    }
  }

  /**
   * Whether the Lease is ours: under our name, and as we wrote it. One that our name had before
   * this process began is ours too, since a container that is started anew keeps its pod's name. If
   * another process uses our name at the same time, only one of the two goes on.
   */
  private boolean mine(LeaseRecord lease) {
    if (!lease.holder().equals(Optional.of(identity))) {
      return false;
    }
    boolean ours =
        tried.isEmpty() || tried.equals(Optional.of(lease)) || written.equals(Optional.of(lease));
    if (!ours) {
      LOG.debug("another process has written the Lease as {}", identity);
    }
    return ours;
  }

  private boolean over(Observed lease) {
    return time.now().since(lease.first()).compareTo(lease.seen().lease().duration()) >= 0;
  }

  private void tell(Unavailable failure) {
    String now = failure.getMessage();
    if (problem.filter(now::equals).isEmpty()) {
      LOG.warn("the Lease cannot be read or written, trying again until it works: {}", now);
    }
    problem = Optional.of(now);
  }

  /** As precise as a Lease can say. */
  private static Instant instant(Moment moment) {
    return moment.wall().truncatedTo(ChronoUnit.MICROS);
  }
}
