package org.homelab.autoscaler.cloudprovider;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Order;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders for groups, one after the other across all replicas. Safe for use by many threads.
 *
 * <p>Whether an order was left behind is told by how long this replica has seen it unfinished, not
 * by the time that stands in it, because clocks differ. To be wrong about that costs the other
 * replica a new try and nothing else.
 */
public final class Orders {
  /** How long an order may be seen unfinished before it counts as left behind. */
  public static final Duration ABANDONED = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger("orders");
  private static final Duration POLL = Duration.ofMillis(50);

  private final Ledger ledger;
  private final TakeBack takeBack;
  private final OrderWriter writer;
  private final Clock clock;
  private final Duration patience;
  private final Pause pause;
  private final String name;
  private final Map<String, Long> known = new ConcurrentHashMap<>();
  private final Map<String, Sighting> unfinished = new ConcurrentHashMap<>();

  private record Sighting(long number, Instant since) {}

  /** Lets some time pass. */
  public interface Pause {
    /** Waits that long. */
    void of(Duration time) throws InterruptedException;
  }

  /**
   * Orders of one process.
   *
   * @param name who writes them; no other process, nor this one after a restart, may have the same
   * @param patience longest wait for an order of another replica
   */
  public Orders(Ledger ledger, String name, Clock clock, Duration patience, Pause pause) {
    this.ledger = ledger;
    this.takeBack = new TakeBack(ledger);
    this.writer = new OrderWriter(ledger, takeBack, name, clock);
    this.clock = clock;
    this.patience = patience;
    this.pause = pause;
    this.name = name;
  }

  /**
   * Waits until no order for the group is being written, and sees to it that the fleet then knows
   * what all orders so far have written. Costs nothing where the last order was our own.
   *
   * @throws ProviderException.Aborted if an order is not over in time
   */
  public void settle(GroupSnapshot group) {
    DeclaredGroup now = group.declared().orderPending() ? read(group.key()) : group.declared();
    for (long left = patience.dividedBy(POLL); now.orderPending(); left--) {
      if (left <= 0) {
        throw new ProviderException.Aborted(
            "order %d for group %s, for [%s], is not over yet; ask again"
                .formatted(
                    now.order().orElseThrow().number(),
                    group.id(),
                    now.order().orElseThrow().names()));
      }
      if (endIfAbandoned(now).isPresent()) {
        await();
      }
      now = read(group.key());
    }
    learn(now);
  }

  /**
   * Writes what a group's machines shall become, all or none; with no intent, only makes sure that
   * the group was seen with its latest order.
   *
   * @throws ProviderException.StaleSnapshot if it was planned from what is no longer so
   * @throws ProviderException.Unavailable if it cannot be written now
   */
  public void write(GroupSnapshot group, List<PowerIntent> intents) {
    if (group.declared().orderPending()) {
      throw new ProviderException.StaleSnapshot(
          "another order for group " + group.id() + " has been begun");
    }
    if (intents.isEmpty()) {
      if (!read(group.key()).order().equals(group.declared().order())) {
        throw new ProviderException.StaleSnapshot("another order for group " + group.id());
      }
      return;
    }
    long number = writer.write(group, intents);
    known.merge(group.declared().uid(), number, Math::max);
  }

  /**
   * Ends an order that was left behind, and one that the Group has forgotten.
   *
   * @return when to ask again, if one may still be under way
   */
  public Optional<Instant> endAbandoned(GroupSnapshot group) {
    return group.declared().orderPending() ? endIfAbandoned(group.declared()) : endForgotten(group);
  }

  private Optional<Instant> endIfAbandoned(DeclaredGroup group) {
    Order order = group.order().orElseThrow();
    Optional<Instant> due = due(group.uid(), order.number());
    if (due.isPresent()) {
      return due;
    }
    List<ObjectKey> machines =
        order.machines().stream()
            .map(machine -> new ObjectKey(group.key().namespace(), machine))
            .toList();
    try {
      Order.Phase end = takeBack.of(group, order, machines);
      LOG.info(
          "group={} order={} machines=[{}] was left behind: {}",
          group.key(),
          order.number(),
          order.names(),
          end.text());
    } catch (Ledger.Failed failed) {
      throw OrderWriter.refusal(failed);
    }
    unfinished.remove(group.uid());
    return Optional.empty();
  }

  /** A status that lost its order, to another program or version, would keep machines waiting. */
  private Optional<Instant> endForgotten(GroupSnapshot group) {
    DeclaredGroup declared = group.declared();
    long latest = declared.order().map(Order::number).orElse(0L);
    long marked = OrderWriter.number(group);
    if (marked <= latest) {
      unfinished.remove(declared.uid());
      return Optional.empty();
    }
    Optional<Instant> due = due(declared.uid(), marked);
    if (due.isEmpty()) {
      ledger.write(declared, remembered(group, marked));
      LOG.warn("group={} order={} was missing in its status", declared.key(), marked);
    }
    return due;
  }

  private Order remembered(GroupSnapshot group, long number) {
    return new Order(
        number,
        name + "-remembered",
        Order.Phase.COMMITTED,
        PowerState.ON,
        group.machines().stream()
            .filter(machine -> machine.pendingOrder().isPresent())
            .map(Machine::name)
            .collect(Collectors.toSet()),
        clock.instant(),
        group.declared().order().map(Order::takenBack).orElse(List.of()));
  }

  /** When an order that is not over may be ended; nothing if that is now. */
  private Optional<Instant> due(String group, long number) {
    Instant now = clock.instant();
    Sighting seen =
        unfinished.compute(
            group,
            (uid, before) ->
                before == null || before.number() != number || now.isBefore(before.since())
                    ? new Sighting(number, now)
                    : before);
    return Optional.of(seen.since().plus(ABANDONED)).filter(now::isBefore);
  }

  private void learn(DeclaredGroup group) {
    long number = group.order().map(Order::number).orElse(0L);
    if (known.getOrDefault(group.uid(), 0L) < number) {
      try {
        ledger.refresh(group);
      } catch (Ledger.Failed failed) {
        throw OrderWriter.refusal(failed);
      }
      known.merge(group.uid(), number, Math::max);
    }
  }

  private DeclaredGroup read(ObjectKey key) {
    try {
      return ledger
          .group(key)
          .orElseThrow(() -> new ProviderException.NotFound("Group " + key + " is gone"));
    } catch (Ledger.Failed failed) {
      throw OrderWriter.refusal(failed);
    }
  }

  private void await() {
    try {
      pause.of(POLL);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProviderException.Aborted("interrupted while waiting", interrupted);
    }
  }
}
