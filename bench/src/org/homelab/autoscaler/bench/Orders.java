package org.homelab.autoscaler.bench;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.homelab.autoscaler.testing.ProviderClient;

/** From the order until the Job that carries it out exists, one by one and many at once. */
final class Orders {
  private static final int SINGLE = 20;
  private static final int AT_ONCE = 200;

  /** What each group keeps for an order that comes later. */
  private static final int SPARE = 1;

  private static final long LONGEST_NANOS = 120_000_000_000L;

  private final World world;
  private final Pair pair;
  private final Report report;
  private final Map<String, Long> seen = new ConcurrentHashMap<>();

  Orders(World world, Pair pair, Report report) {
    this.world = world;
    this.pair = pair;
    this.report = report;
  }

  void measure() throws Exception {
    Bench.progress("ordering");
    try (var jobs =
            world.watchJobs(seen);
        ProviderClient provider = new ProviderClient(pair.port())) {
      report.say("");
      report.header("order", "answered", "Job exists");
      report.row("one write of the harness to the API server, for comparison", write().words(), "");
      single(provider);
      atOnce(provider);
    }
  }

  private Sample write() {
    long[] took = new long[SINGLE];
    for (int i = 0; i < SINGLE; i++) {
      long start = System.nanoTime();
      world
          .client()
          .namespaces()
          .withName(world.namespace())
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"metadata\":{\"annotations\":{\"bench\":\"" + i + "\"}}}");
      took[i] = System.nanoTime() - start;
    }
    return Sample.of(took);
  }

  private void single(ProviderClient provider) throws Exception {
    List<Long> answered = new ArrayList<>();
    List<Long> done = new ArrayList<>();
    for (int i = 0; i < SINGLE; i++) {
      int before = seen.size();
      long start = System.nanoTime();
      provider.increase(World.group(i % world.groups()), 1);
      answered.add(System.nanoTime() - start);
      awaitJobs(before + 1, start);
      done.add(System.nanoTime() - start);
    }
    report.row("IncreaseSize, one at a time", sample(answered).words(), sample(done).words());
  }

  /** As many as the fleet can spare, spread over at most fifty groups. */
  private void atOnce(ProviderClient provider) throws Exception {
    int groups = Math.min(50, world.groups());
    int taken = (SINGLE + world.groups() - 1) / world.groups();
    int left = World.IN_A_GROUP / 2 - taken - SPARE;
    int each = Math.max(1, Math.min(left, AT_ONCE / groups));
    double floor = new PlainOrders(world, groups, each).write();
    int before = seen.size();
    long start = System.nanoTime();
    ExecutorService callers = Executors.newFixedThreadPool(groups);
    try {
      List<Callable<Void>> orders =
          IntStream.range(0, groups).mapToObj(group -> order(provider, group, each)).toList();
      for (Future<Void> answered : callers.invokeAll(orders)) {
        answered.get();
      }
    } finally {
      callers.shutdownNow();
    }
    double all = (System.nanoTime() - start) / 1e6;
    awaitJobs(before + groups * each, start);
    report.row(
        groups * each + " machines of " + groups + " groups at once, until the last",
        String.format(Locale.ROOT, "%.0f", all),
        String.format(Locale.ROOT, "%.0f", (System.nanoTime() - start) / 1e6));
    report.row(
        "their " + (2 * groups + 4 * groups * each) + " writes alone, by the harness",
        "",
        String.format(Locale.ROOT, "%.0f", floor));
  }

  private static Callable<Void> order(ProviderClient provider, int group, int machines) {
    return () -> {
      provider.increase(World.group(group), machines);
      return null;
    };
  }

  private void awaitJobs(int count, long start) throws InterruptedException {
    while (seen.size() < count) {
      if (System.nanoTime() - start > LONGEST_NANOS) {
        throw new IllegalStateException(seen.size() + " Jobs of " + count + " after two minutes");
      }
      Thread.sleep(1);
    }
  }

  private static Sample sample(List<Long> nanos) {
    return Sample.of(nanos.stream().mapToLong(Long::longValue).toArray());
  }
}
