package org.homelab.autoscaler.bench;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.homelab.autoscaler.testing.ProviderClient;

/**
 * How long nobody acts when the leader goes, told or untold, and how long it takes to look at
 * everything again.
 */
final class Failover {
  private static final String LOOKS = "homelab_reconcile_duration_seconds_count";
  private static final int RESYNC_SECONDS = 30;
  private static final long LOOK_MILLIS = 50;

  /** A second leader looks at everything again so often that one can wait for it. */
  private static final Map<String, String> RESYNC_OFTEN =
      Map.of("HOMELAB_RESYNC_SCHEDULE", "0/" + RESYNC_SECONDS + " * * * * ?");

  private final World world;
  private final Pair pair;
  private final Report report;

  Failover(World world, Pair pair, Report report) {
    this.world = world;
    this.pair = pair;
    this.report = report;
  }

  /** The pair's application is gone afterwards. */
  void measure() throws Exception {
    try (Replica second = new Replica("second", world, RESYNC_OFTEN)) {
      double start = second.untilReady();
      Bench.progress("stopping the leader");
      pair.application().terminate();
      double told = second.untilItLeads();
      Bench.progress("looking at everything again");
      double resync = resync(second);
      try (Replica third = new Replica("third", world, Map.of())) {
        start = Math.min(start, third.untilReady());
        Bench.progress("killing the leader");
        second.kill();
        long killed = System.nanoTime();
        double ordered = untilAnOrderIsCarriedOut(third, killed);
        report.say("");
        report.header(
            "another replica's start (s)",
            "leader stopped, until another leads (s)",
            "leader killed, until an order given then is carried out (s)",
            "looking at all machines again (s)");
        report.row(start, told, ordered, resync);
      }
    }
  }

  /** From the first of all the looks at machines to the last. */
  private double resync(Replica leader) throws Exception {
    settle(leader);
    double before = leader.metric(LOOKS);
    double now = before;
    while (now == before) {
      Thread.sleep(LOOK_MILLIS);
      now = leader.metric(LOOKS);
    }
    long began = System.nanoTime();
    while (leader.metric(LOOKS) - before < world.machines()) {
      if (System.nanoTime() - began > RESYNC_SECONDS * 4e9) {
        throw new IllegalStateException("not everything was looked at again");
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return (System.nanoTime() - began) / 1e9;
  }

  /** A second without a look: taking over, and a resync under way, are over. */
  private static void settle(Replica leader) throws Exception {
    double before = -1;
    double now = leader.metric(LOOKS);
    while (now != before) {
      Thread.sleep(1000);
      before = now;
      now = leader.metric(LOOKS);
    }
  }

  private double untilAnOrderIsCarriedOut(Replica leader, long since) throws Exception {
    Map<String, Long> seen = new ConcurrentHashMap<>();
    try (var jobs =
            world.watchJobs(seen);
        ProviderClient provider = new ProviderClient(leader.port())) {
      Set<String> before = new HashSet<>(names());
      provider.increase(World.group(world.groups() - 1), 1);
      while (before.containsAll(seen.keySet())) {
        if (System.nanoTime() - since > 120e9) {
          throw new IllegalStateException("the order was not carried out within two minutes");
        }
        Thread.sleep(1);
      }
      return (System.nanoTime() - since) / 1e9;
    }
  }

  private Set<String> names() {
    Set<String> names = new HashSet<>();
    for (var job :
        world.client().batch().v1().jobs().inNamespace(world.namespace()).list().getItems()) {
      names.add(job.getMetadata().getName());
    }
    return names;
  }
}
