package org.homelab.autoscaler.leader;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.homelab.autoscaler.leader.TimeSource.Moment;
import org.homelab.autoscaler.power.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this replica leads: the bean {@code leadership} of the routes. It leads only for as long
 * after a renewal of the Lease as nobody else can have taken it, by its own clocks. So a process
 * that was paused beyond that, or cannot reach the Kubernetes API, knows by itself that it does not
 * lead, before it has heard of another leader.
 */
public final class Leadership implements Leading {
  private static final Logger LOG = LoggerFactory.getLogger("leader");

  private final Optional<Terms> terms;
  private final TimeSource time;
  private final List<Runnable> whenTaken = new CopyOnWriteArrayList<>();
  private final AtomicLong term = new AtomicLong();
  private volatile Optional<Moment> renewed = Optional.empty();
  private boolean told;

  private Leadership(Optional<Terms> terms, TimeSource time) {
    this.terms = terms;
    this.time = time;
  }

  /** For a process that is alone. */
  public static Leadership always() {
    return new Leadership(Optional.empty(), TimeSource.system());
  }

  /** For one of several; does not lead before the first renewal. */
  public static Leadership under(Terms terms, TimeSource time) {
    return new Leadership(Optional.of(terms), time);
  }

  @Override
  public boolean leading() {
    return terms.isEmpty()
        || renewed
            .filter(at -> time.now().sinceAtMost(at).compareTo(terms.get().certain()) < 0)
            .isPresent();
  }

  /** How often this replica has begun to lead. Counted before it leads. */
  public long term() {
    return term.get();
  }

  /**
   * Makes certain, right before a command that cannot be taken back, that no other replica acts.
   *
   * @param body what the command belongs to: the step that is being taken
   * @throws NotLeading if that is not certain
   */
  public void confirm(Object body) {
    if (!leading()) {
      throw new NotLeading(
          body instanceof Step step
              ? step.route() + " of machine " + step.machine().key()
              : String.valueOf(body));
    }
  }

  @Override
  public void whenTaken(Runnable action) {
    whenTaken.add(action);
    if (leading()) {
      action.run();
    }
  }

  /** The Lease was renewed by a request that was begun at that moment. */
  void renewed(Moment begun) {
    boolean before = leading();
    if (!before) {
      term.incrementAndGet();
    }
    renewed = Optional.of(begun);
    if (!before && leading()) {
      told = false;
      whenTaken.forEach(Runnable::run);
    }
  }

  /** The Lease is somebody else's, or is about to be. */
  void lost(String why) {
    boolean held = renewed.isPresent();
    renewed = Optional.empty();
    if (held && !told) {
      LOG.warn("leads no more: {}", why);
    }
    told = true;
  }

  /** Says so, once, if time has ended it. */
  void look() {
    Optional<Moment> at = renewed;
    if (at.isPresent() && !leading() && !told) {
      told = true;
      LOG.warn(
          "leads no more since {}: the Lease was last renewed at {}",
          at.get().wall().plus(terms.orElseThrow().certain()),
          at.get().wall());
    }
  }
}
