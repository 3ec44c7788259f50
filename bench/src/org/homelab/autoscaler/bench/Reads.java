package org.homelab.autoscaler.bench;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.homelab.autoscaler.testing.ProviderClient;

/** What the Cluster Autoscaler asks, of ours and of the floor by turns. */
final class Reads {
  private static final int WARM_UP = 3000;
  private static final int TURNS = 20;
  private static final int CALLS_A_TURN = 100;
  private static final int LOOPS = 5;
  private static final int CALLERS = 16;

  private final World world;
  private final Pair pair;
  private final Report report;

  Reads(World world, Pair pair, Report report) {
    this.world = world;
    this.pair = pair;
    this.report = report;
  }

  void measure() throws Exception {
    List<ExternalGrpcNode> nodes =
        IntStream.range(0, world.machines())
            .filter(World::on)
            .mapToObj(number -> ProviderClient.real(world.kubernetesNode(number)))
            .toList();
    List<String> groups = IntStream.range(0, world.groups()).mapToObj(World::group).toList();
    try (CaLoop ours = new CaLoop(pair.port(), nodes, groups);
        CaLoop floor = new CaLoop(pair.floorPort(), nodes, groups)) {
      report.say("");
      report.header("call", "ours", "floor", "ratio of medians");
      Map<String, Runnable> floorCalls = floor.calls();
      ours.calls().forEach((name, call) -> compare(name, call, floorCalls.get(name)));
      loops(ours, floor);
      double calls = ours.throughput(CALLERS, TURNS * CALLS_A_TURN);
      double floorThroughput = floor.throughput(CALLERS, TURNS * CALLS_A_TURN);
      report.row(
          "calls/s, " + CALLERS + " callers",
          Math.round(calls),
          Math.round(floorThroughput),
          floorThroughput / calls);
    }
  }

  private void compare(String name, Runnable ours, Runnable floor) {
    Bench.progress("reading: " + name);
    CaLoop.measure(ours, WARM_UP);
    CaLoop.measure(floor, WARM_UP);
    long[] took = new long[TURNS * CALLS_A_TURN];
    long[] tookFloor = new long[took.length];
    for (int turn = 0; turn < TURNS; turn++) {
      System.arraycopy(
          CaLoop.measure(ours, CALLS_A_TURN), 0, took, turn * CALLS_A_TURN, CALLS_A_TURN);
      System.arraycopy(
          CaLoop.measure(floor, CALLS_A_TURN), 0, tookFloor, turn * CALLS_A_TURN, CALLS_A_TURN);
    }
    row(name, Sample.of(took), Sample.of(tookFloor));
  }

  private void loops(CaLoop ours, CaLoop floor) throws Exception {
    Bench.progress("reading: whole loops");
    long[] took = new long[LOOPS];
    long[] tookFloor = new long[LOOPS];
    double cpu = 0;
    double cpuFloor = 0;
    for (int i = 0; i < LOOPS; i++) {
      double before = pair.taken().cpuSeconds();
      took[i] = ours.loop();
      cpu += pair.taken().cpuSeconds() - before;
      before = pair.takenByFloor().cpuSeconds();
      tookFloor[i] = floor.loop();
      cpuFloor += pair.takenByFloor().cpuSeconds() - before;
    }
    row("whole loop of " + ours.callsInALoop() + " calls", Sample.of(took), Sample.of(tookFloor));
    report.row(
        "CPU of the server for a loop",
        1000 * cpu / LOOPS,
        1000 * cpuFloor / LOOPS,
        cpu / cpuFloor);
  }

  private void row(String name, Sample ours, Sample floor) {
    report.row(name, ours.words(), floor.words(), ours.p50() / floor.p50());
  }
}
