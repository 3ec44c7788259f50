package org.homelab.autoscaler.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Measures the packaged application against a real API server, beside {@link Floor} in the same
 * run, and prints a table for each number of machines: {@code bench/run [machines ...]}.
 */
public final class Bench {
  private static final Path ASSETS = Path.of(System.getenv("KUBEBUILDER_ASSETS"));
  private static final long BEGAN = System.nanoTime();

  private final Report report = new Report();

  /** Measures for each number of machines given; 100 and 1000 where none is. */
  public static void main(String[] arguments) throws Exception {
    int[] sizes =
        arguments.length == 0
            ? new int[] {100, 1000}
            : Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
    var bench = new Bench();
    bench.report.say(
        "Measured on "
            + LocalDate.now()
            + " by `bench/run "
            + String.join(" ", arguments)
            + "`: "
            + machine());
    for (int size : sizes) {
      bench.measure(size);
      bench.report.save(Path.of("target", "bench", "report.md"));
    }
    progress("written: target/bench/report.md");
    System.exit(0);
  }

  /** Says on the error stream what is being done. */
  static void progress(String what) {
    Duration since = Duration.ofNanos(System.nanoTime() - BEGAN);
    System.err.printf("%02d:%02d %s%n", since.toMinutes(), since.toSecondsPart(), what);
  }

  private static String machine() throws Exception {
    String cpu =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 2))
            .findFirst()
            .orElse("unknown CPU");
    return "%d cores of %s, JDK %s; times in milliseconds, median / 99th percentile."
        .formatted(
            Runtime.getRuntime().availableProcessors(), cpu, Jdk.version());
  }

  private void measure(int machines) throws Exception {
    report.title(machines + " machines");
    progress(machines + " machines: writing them to the API server");
    try (World world = new World(ASSETS, machines)) {
      progress("starting the application and the floor");
      try (Pair pair = new Pair(world)) {
        new Idle(world, pair, report).measure();
        new Reads(world, pair, report).measure();
        new Orders(world, pair, report).measure();
        new Changes(world, report).measure();
        new Failover(world, pair, report).measure();
      }
    }
  }
}
