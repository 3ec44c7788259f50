package org.homelab.autoscaler.cloudprovider;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Order;
import org.homelab.autoscaler.fleet.OrderMark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an order so that it holds as a whole or not at all, whatever other replicas do and
 * wherever this one dies. The order is begun by a write on the Group, which only one replica can
 * win; then its Nodes are written, each marked with the order; then it is committed by another
 * write on the Group. Nobody acts on a Node whose order is not committed. See docs/adr/0004.
 */
final class OrderWriter {
  private static final Logger LOG = LoggerFactory.getLogger("orders");
  private static final int TRIES = 5;

  private final Ledger ledger;
  private final TakeBack takeBack;
  private final String writer;
  private final Clock clock;
  private final AtomicLong written = new AtomicLong();

  /**
   * @param writer who writes; no other process, nor this one after a restart, may have the same
   */
  OrderWriter(Ledger ledger, TakeBack takeBack, String writer, Clock clock) {
    this.ledger = ledger;
    this.takeBack = takeBack;
    this.writer = writer;
    this.clock = clock;
  }

  /**
   * Writes the order.
   *
   * @return its number
   * @throws ProviderException.StaleSnapshot if it was planned from what is no longer so
   * @throws ProviderException.Unavailable if it cannot be written now
   */
  long write(GroupSnapshot group, List<PowerIntent> intents) {
    Order order = next(group, intents);
    DeclaredGroup begun = begin(group.declared(), order);
    List<ObjectKey> tried = new ArrayList<>();
    try {
      for (PowerIntent intent : intents) {
        tried.add(intent.machine().key());
        write(intent, new OrderMark(order.number(), begun.uid()));
      }
      commit(begun, order);
    } catch (RuntimeException failed) {
      if (!heldAllTheSame(begun, order, tried)) {
        throw refusal(failed);
      }
    }
    return order.number();
  }

  private Order next(GroupSnapshot group, List<PowerIntent> intents) {
    Optional<Order> latest = group.declared().order();
    return new Order(
        number(group) + 1,
        writer + "-" + written.incrementAndGet(),
        Order.Phase.WRITING,
        intents.get(0).desired(),
        intents.stream().map(intent -> intent.machine().name()).collect(Collectors.toSet()),
        clock.instant(),
        latest.map(Order::takenBack).orElse(List.of()));
  }

  /** The number of the latest order, also where the Group has lost its memory of it. */
  static long number(GroupSnapshot group) {
    Stream<Long> marks =
        group.machines().stream()
            .flatMap(machine -> machine.declared().order().stream())
            .filter(mark -> mark.group().equals(group.declared().uid()))
            .map(OrderMark::number);
    Stream<Long> latest = group.declared().order().map(Order::number).stream();
    return Stream.concat(marks, latest).reduce(0L, Math::max);
  }

  private DeclaredGroup begin(DeclaredGroup planned, Order order) {
    DeclaredGroup seen = planned;
    for (int left = TRIES; ; left--) {
      try {
        return ledger.write(seen, order);
      } catch (Ledger.Changed | Ledger.Unanswered failed) {
        DeclaredGroup now = read(planned);
        if (now.order().filter(same(order)).isPresent()) {
          return now;
        }
        if (left == 1 || !sameGround(planned, now)) {
          throw refusal(failed);
        }
        seen = now;
      } catch (Ledger.Refused refused) {
        throw refusal(refused);
      }
    }
  }

  private DeclaredGroup read(DeclaredGroup planned) {
    try {
      return ledger
          .group(planned.key())
          .filter(now -> now.uid().equals(planned.uid()))
          .orElseThrow(
              () -> new ProviderException.StaleSnapshot("Group " + planned.key() + " is gone"));
    } catch (Ledger.Failed failed) {
      throw refusal(failed);
    }
  }

  /** Whether a plan that was made from the one holds for the other. */
  private static boolean sameGround(DeclaredGroup planned, DeclaredGroup now) {
    return now.order().equals(planned.order())
        && now.policy().equals(planned.policy())
        && now.invalid().equals(planned.invalid())
        && now.deleting() == planned.deleting();
  }

  static Predicate<Order> same(Order order) {
    return other -> other.number() == order.number() && other.by().equals(order.by());
  }

  private void write(PowerIntent intent, OrderMark mark) {
    Machine machine = intent.machine();
    try {
      ledger.write(
          machine.key(),
          machine.declared().revision(),
          new Ledger.Entry(
              intent.desired(), mark.text(), Optional.of(intent.why()), intent.lost()));
    } catch (Ledger.Changed | Ledger.Unanswered failed) {
      // A request that was sent again because its answer was lost meets its own write.
      Optional<Declared> now = ledger.machine(machine.key());
      if (now.flatMap(Declared::order).filter(mark::equals).isEmpty()) {
        throw failed;
      }
    }
  }

  private void commit(DeclaredGroup begun, Order order) {
    DeclaredGroup seen = begun;
    for (int left = TRIES; ; left--) {
      try {
        ledger.write(seen, order.in(Order.Phase.COMMITTED));
        return;
      } catch (Ledger.Changed | Ledger.Unanswered failed) {
        seen =
            ledger
                .group(begun.key())
                .filter(now -> now.uid().equals(begun.uid()))
                .orElseThrow(() -> failed);
        Optional<Order> mine = seen.order().filter(same(order));
        if (mine.filter(now -> now.phase() == Order.Phase.COMMITTED).isPresent()) {
          return;
        }
        if (left == 1 || mine.filter(now -> now.phase() == Order.Phase.WRITING).isEmpty()) {
          throw failed;
        }
      }
    }
  }

  /** Leaves things as they were, unless the order turns out to be committed. */
  private boolean heldAllTheSame(DeclaredGroup group, Order order, List<ObjectKey> tried) {
    try {
      return takeBack.of(group, order, tried) == Order.Phase.COMMITTED;
    } catch (Ledger.Failed failed) {
      LOG.warn(
          "group={} order={} machines=[{}] failed and will be taken back once the Kubernetes API"
              + " answers; until then none of them is switched ({})",
          group.key(),
          order.number(),
          order.names(),
          failed.getMessage());
      return false;
    }
  }

  static RuntimeException refusal(RuntimeException failed) {
    if (failed instanceof Ledger.Changed) {
      return new ProviderException.StaleSnapshot(failed.getMessage(), failed);
    }
    return failed instanceof Ledger.Failed
        ? new ProviderException.Unavailable(
            "the Kubernetes API did not take the order; no machine is switched for it", failed)
        : failed;
  }
}
