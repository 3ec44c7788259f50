package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.homelab.autoscaler.metrics.Metric;
import org.homelab.autoscaler.testing.RunFolder;
import org.junit.jupiter.api.Test;

/** What a newcomer does first, with the packaged program: look into it, and let it run a cycle. */
class SimulateIT {
  private static final Path RUN_FOLDER =
      Path.of(System.getProperty("run.folder", "target/homelab-autoscaler"));

  /** Of one metric in a homelab of eight machines, buckets of histograms included. */
  private static final int MOST_SERIES = 400;

  @Test
  void theRunFolderKeepsTheSimulationApart() throws IOException {
    assertThat(names(RUN_FOLDER))
        .contains("homelab-autoscaler.jar", "routes", "lib", "lib-simulate");
    assertThat(names(RUN_FOLDER.resolve("lib-simulate")))
        .anyMatch(name -> name.startsWith("kubernetes-server-mock"))
        .contains("homelab-autoscaler-simulate.jar");
    assertThat(names(RUN_FOLDER.resolve("lib"))).noneMatch(name -> name.contains("mock"));
    assertThat(names(RUN_FOLDER.resolve("routes"))).contains("power.camel.yaml", "kamelets");
  }

  @Test
  void oneCycleEndsWithASummaryAndStatusZero() {
    try (RunFolder process =
        RunFolder.simulating("simulate-one-cycle").option("--cycles=1").start()) {
      var exposed = new Exposed();
      await("every metric of the documentation")
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> exposed.read(process.metrics()).missing().isEmpty() || !process.alive());
      assertThat(exposed.missing()).isEmpty();
      assertThat(exposed.mostSeries()).isLessThan(MOST_SERIES);
      assertThat(process.awaitExit(Duration.ofMinutes(4))).as(process.output()).isZero();
      assertThat(process.output()).contains("no safety rule broken");
    }
  }

  /** What has been scraped so far. */
  private static final class Exposed {
    /** Only to be seen where something fails or has probes, which the simulation has not. */
    private static final Set<Metric> RARE =
        EnumSet.of(Metric.FAILURES, Metric.PROBES, Metric.MACHINE_DRIFT);

    /** Of the JVM and of Camel's routes; the dashboard asks for the first. */
    private static final List<String> OTHERS =
        List.of(
            "jvm_memory_used_bytes",
            "jvm_gc_pause_seconds",
            "jvm_threads_live_threads",
            "process_files_open_files",
            "camel_exchanges_total",
            "camel_route_policy_seconds");

    private final Map<String, Set<String>> series = new HashMap<>();

    Exposed read(String page) {
      page.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.substring(0, line.lastIndexOf(' ')))
          .forEach(
              one ->
                  series
                      .computeIfAbsent(one.replaceFirst("[{].*", ""), name -> new HashSet<>())
                      .add(one));
      return this;
    }

    List<String> missing() {
      var ours =
          Arrays.stream(Metric.values())
              .filter(metric -> !RARE.contains(metric))
              .map(Metric::title);
      return Stream.concat(ours, OTHERS.stream())
          .filter(title -> !series.containsKey(title) && !series.containsKey(title + "_count"))
          .toList();
    }

    int mostSeries() {
      return series.values().stream().mapToInt(Set::size).max().orElse(0);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
