package org.homelab.autoscaler.cloudprovider;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.trace.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out orders that change a group, planned from a fresh look and planned again if that look
 * turns out to be stale. Those of this process for one group wait for each other here, those of
 * other replicas where orders are written.
 */
final class GroupOrders {
  private static final Logger LOG = LoggerFactory.getLogger("orders");
  private static final int TRIES = 5;

  private final Intents intents;
  private final Duration patience;
  private final Clock clock;
  private final Traces traces;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  GroupOrders(Intents intents, Duration patience, Clock clock, Traces traces) {
    this.intents = intents;
    this.patience = patience;
    this.clock = clock;
    this.traces = traces;
  }

  /**
   * Plans and commits.
   *
   * @param order its name, for the log
   * @param fresh a look at the group as it is now
   */
  void carryOut(
      String order, Supplier<GroupView> fresh, Function<GroupView, List<PowerIntent>> plan) {
    Instant called = clock.instant();
    ReentrantLock lock = locks.computeIfAbsent(fresh.get().id(), id -> new ReentrantLock());
    acquire(lock, order);
    try {
      attempt(order, fresh, plan, called);
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
      String order,
      Supplier<GroupView> fresh,
      Function<GroupView, List<PowerIntent>> plan,
      Instant called) {
    for (int left = TRIES; ; left--) {
      intents.settle(fresh.get().snapshot());
      GroupView group = fresh.get();
      List<PowerIntent> planned = plan.apply(group);
      if (group.dryRun() && !planned.isEmpty()) {
        throw dryRun(order, group, planned);
      }
      Instant begun = clock.instant();
      try {
        intents.apply(group.snapshot(), planned);
        log(order, group, planned);
        trace(order, fresh, planned, called, begun);
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

  /** The order's number is found where it was written: on the machines. */
  private void trace(
      String order,
      Supplier<GroupView> fresh,
      List<PowerIntent> planned,
      Instant called,
      Instant begun) {
    if (traces == Traces.OFF || planned.isEmpty()) {
      return;
    }
    GroupView now;
    try {
      now = fresh.get();
    } catch (ProviderException gone) {
      // The order holds, whatever has become of its group since; a refusal would have it repeated.
      LOG.debug("group={} order={} is not traced", planned.get(0).machine().group(), order, gone);
      return;
    }
    Set<ObjectKey> written =
        planned.stream().map(intent -> intent.machine().key()).collect(Collectors.toSet());
    now.snapshot().machines().stream()
        .filter(machine -> written.contains(machine.key()))
        .flatMap(machine -> machine.declared().order().stream())
        .findFirst()
        .ifPresent(
            mark -> {
              var told =
                  new Traces.Ordered(
                      mark,
                      now.id(),
                      planned.stream().map(intent -> intent.machine().name()).toList(),
                      text(planned.get(0)),
                      begun,
                      clock.instant());
              traces.ordered(told);
              traces.called("NodeGroup" + order, told, called, clock.instant());
            });
  }

  private static ProviderException dryRun(
      String order, GroupView group, List<PowerIntent> planned) {
    return new ProviderException.FailedPrecondition(
        planned.stream()
            .map(intent -> intent.machine().name() + " " + text(intent))
            .collect(
                Collectors.joining(
                    ", ",
                    order + " of group " + group.id() + " would want [",
                    "], but this is a dry run (spec.dryRun, homelab.dry-run)")));
  }

  private void log(String order, GroupView before, List<PowerIntent> planned) {
    if (planned.isEmpty()) {
      return;
    }
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

  private static String text(PowerIntent intent) {
    return switch (intent.desired()) {
      case ON -> "on";
      case OFF -> "off";
    };
  }

  private static int change(PowerIntent intent) {
    return switch (intent.desired()) {
      case ON -> 1;
      case OFF -> -1;
    };
  }
}
