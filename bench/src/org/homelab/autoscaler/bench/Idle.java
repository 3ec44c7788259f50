package org.homelab.autoscaler.bench;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the application takes while nobody asks it anything. */
final class Idle {
  private static final int LOOK_SECONDS = 10;
  private static final int MOST_LOOKS = 18;
  private static final int SECONDS = 60;
  private static final Set<String> WATCHED = Set.of("nodes", "pods");
  private static final Set<String> OURS =
      Set.of("nodes", "groups", "jobs", "pods", "leases", "events");

  private final World world;
  private final Pair pair;
  private final Report report;

  Idle(World world, Pair pair, Report report) {
    this.world = world;
    this.pair = pair;
    this.report = report;
  }

  void measure() throws Exception {
    settle(world);
    Bench.progress("idling for " + SECONDS + " s");
    double cpu = pair.taken().cpuSeconds();
    Map<String, Double> calls = apiCalls(world);
    Thread.sleep(SECONDS * 1000L);
    double idle = (pair.taken().cpuSeconds() - cpu) / SECONDS;
    Map<String, Double> more = apiCalls(world);
    more.replaceAll((kind, count) -> count - calls.getOrDefault(kind, 0.0));
    double beside = besideTheLease(more);
    report.header(
        "start to ready (s)", "RSS (MiB)", "of it files (MiB)", "heap in use (MiB)", "idle: % of a core", "API calls/s beside the Lease");
    report.row(pair.startSeconds(), pair.taken().residentMebi(), pair.taken().fileMebi(), pair.application().heapMebi(), idle * 100, beside / SECONDS);
  }

  /** What the start has left to do, such as a status for each machine, is not idling. */
  static void settle(World world) throws InterruptedException {
    Bench.progress("settling");
    double before = Double.NEGATIVE_INFINITY;
    for (int look = 0; look < MOST_LOOKS; look++) {
      double now = besideTheLease(apiCalls(world));
      if (now - before < LOOK_SECONDS) {
        return;
      }
      before = now;
      Thread.sleep(LOOK_SECONDS * 1000L);
    }
  }

  private static double besideTheLease(Map<String, Double> calls) {
    return calls.entrySet().stream()
        .filter(one -> !one.getKey().endsWith("/leases"))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Requests that the API server has answered, by API group and resource. */
  private static Map<String, Double> apiCalls(World world) {
    Map<String, Double> calls = new TreeMap<>();
    for (String line : world.client().raw("/metrics").split("\n")) {
      if (line.startsWith("apiserver_request_total") && !line.contains("verb=\"WATCH\"")) {
        String resource = label(line, "resource");
        String group = label(line, "group");
        if (group.isEmpty() ? WATCHED.contains(resource) : OURS.contains(resource)) {
          calls.merge(
              group + "/" + resource,
              Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
              Double::sum);
        }
      }
    }
    return calls;
  }

  private static String label(String line, String name) {
    return line.replaceAll(".*[{,]" + name + "=\"([^\"]*)\".*", "$1");
  }
}
