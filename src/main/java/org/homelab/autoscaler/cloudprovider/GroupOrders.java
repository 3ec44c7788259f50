package org.homelab.autoscaler.cloudprovider;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out orders that change a group: one at a time for each group, planned from a fresh look,
 * planned again if that look turns out to be stale.
 */
final class GroupOrders {
  private static final Logger LOG = LoggerFactory.getLogger("orders");
  private static final int TRIES = 5;

  private final Intents intents;
  private final Duration patience;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  GroupOrders(Intents intents, Duration patience) {
    this.intents = intents;
    this.patience = patience;
  }

  /**
   * Plans and commits.
   *
   * @param order its name, for the log
   * @param fresh a look at the group as it is now
   */
  void carryOut(
      String order, Supplier<GroupView> fresh, Function<GroupView, List<PowerIntent>> plan) {
    ReentrantLock lock = locks.computeIfAbsent(fresh.get().id(), id -> new ReentrantLock());
    acquire(lock, order);
    try {
      attempt(order, fresh, plan);
    } catch (ProviderException.Unsafe unsafe) {
      intents.alert(unsafe.alert());
      throw unsafe;
    } catch (ProviderException refused) {
      LOG.info("order={} refused code={}: {}", order, refused.code(), refused.getMessage());
      throw refused;
    } finally {
      lock.unlock();
    }
  }

  private void acquire(ReentrantLock lock, String order) {
    try {
      if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ProviderException.Aborted(order + ": an earlier order for the group is not over");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProviderException.Aborted(order + ": interrupted", interrupted);
    }
  }

  private void attempt(
      String order, Supplier<GroupView> fresh, Function<GroupView, List<PowerIntent>> plan) {
    for (int left = TRIES; ; left--) {
      GroupView group = fresh.get();
      List<PowerIntent> planned = plan.apply(group);
      if (planned.isEmpty()) {
        return;
      }
      try {
        intents.apply(group.snapshot(), planned);
        log(order, group, planned);
        return;
      } catch (ProviderException.StaleSnapshot stale) {
        if (left == 1) {
          throw new ProviderException.Aborted(
              order + ": group " + group.id() + " keeps changing; nothing was done", stale);
        }
        LOG.debug("group={} order={} planned again: {}", group.id(), order, stale.getMessage());
      }
    }
  }

  private void log(String order, GroupView before, List<PowerIntent> planned) {
    LOG.info(
        "group={} order={} machines={} target={}->{}",
        before.id(),
        order,
        planned.stream()
            .map(intent -> intent.machine().name())
            .collect(Collectors.joining(",", "[", "]")),
        before.target(),
        before.target() + planned.stream().mapToInt(GroupOrders::change).sum());
  }

  private static int change(PowerIntent intent) {
    return switch (intent.desired()) {
      case ON -> 1;
      case OFF -> -1;
    };
  }
}
