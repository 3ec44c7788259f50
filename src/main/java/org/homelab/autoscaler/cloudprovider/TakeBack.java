package org.homelab.autoscaler.cloudprovider;

import java.util.Collection;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Order;
import org.homelab.autoscaler.fleet.Order.Phase;
import org.homelab.autoscaler.fleet.OrderMark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Undoes an order that is not committed. The Group is told first, so that the order can no longer
 * be committed; then every Node of it is written, also those that it has not reached, so that a
 * write of it which is still on its way meets a changed Node. May be done by several replicas at
 * once, and again after a crash.
 */
final class TakeBack {
  private static final Logger LOG = LoggerFactory.getLogger("orders");
  private static final int TRIES = 10;
  private static final String WHY = "taken back: the order was not carried out";

  private final Ledger ledger;

  TakeBack(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Undoes the order, unless it is over.
   *
   * @param group the Group that the order is for
   * @param machines those that it may have written
   * @return how the order has ended
   * @throws Ledger.Failed if it could not be ended now
   */
  Phase of(DeclaredGroup group, Order order, Collection<ObjectKey> machines) {
    Phase phase = move(group, order, Phase.TAKING_BACK);
    if (phase != Phase.TAKING_BACK) {
      return phase;
    }
    machines.forEach(machine -> undo(machine, order, new OrderMark(order.number(), group.uid())));
    return move(group, order, Phase.TAKEN_BACK);
  }

  /** Takes the order into that phase; gives the phase that it is in then. */
  private Phase move(DeclaredGroup group, Order order, Phase to) {
    for (int left = TRIES; ; left--) {
      Optional<DeclaredGroup> stored =
          ledger.group(group.key()).filter(now -> now.uid().equals(group.uid()));
      Optional<Order> latest = stored.flatMap(DeclaredGroup::order);
      if (latest.filter(now -> now.number() >= order.number()).isEmpty()) {
        return to;
      }
      Order now = latest.get();
      if (!OrderWriter.same(order).test(now)) {
        return now.committed(order.number()) ? Phase.COMMITTED : Phase.TAKEN_BACK;
      }
      if (now.over() || now.phase() == to) {
        return now.phase();
      }
      try {
        ledger.write(stored.get(), now.in(to));
        return to;
      } catch (Ledger.Changed | Ledger.Unanswered failed) {
        if (left == 1) {
          throw failed;
        }
      }
    }
  }

  private void undo(ObjectKey machine, Order order, OrderMark mark) {
    for (int left = TRIES; ; left--) {
      Optional<Declared> stored = ledger.machine(machine);
      // A Node of a later order was written since: somebody else has ended this one.
      if (stored.isEmpty() || stored.flatMap(Declared::order).filter(mark::precedes).isPresent()) {
        return;
      }
      Declared now = stored.get();
      boolean written = now.order().filter(mark::equals).isPresent();
      boolean kept = written && now.spec().desired() == order.desired();
      try {
        ledger.write(
            machine,
            now.revision(),
            new Ledger.Entry(
                kept ? other(order.desired()) : now.spec().desired(),
                mark.takenBackText(),
                kept ? Optional.of(WHY) : Optional.empty()));
        return;
      } catch (Ledger.Refused refused) {
        LOG.warn(
            "machine={} order={} cannot be taken back from it, and it is not switched: {}",
            machine,
            order.number(),
            refused.getMessage());
        return;
      } catch (Ledger.Changed | Ledger.Unanswered failed) {
        if (left == 1) {
          throw failed;
        }
      }
    }
  }

  private static PowerState other(PowerState desired) {
    return switch (desired) {
      case ON -> PowerState.OFF;
      case OFF -> PowerState.ON;
    };
  }
}
