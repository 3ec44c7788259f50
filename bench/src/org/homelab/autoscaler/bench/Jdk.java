package org.homelab.autoscaler.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The JDK that what is measured runs on: {@code BENCH_JAVA_HOME}, else the harness's own. */
final class Jdk {
  private Jdk() {}

  static String home() {
    return Optional.ofNullable(System.getenv("BENCH_JAVA_HOME"))
        .orElseGet(() -> System.getProperty("java.home"));
  }

  static String version() throws IOException {
    try (var lines = Files.lines(Path.of(home(), "release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.replaceAll(".*=|\"", ""))
          .findFirst()
          .orElse("unknown");
    }
  }

  /** {@code BENCH_JAVA_OPTS}, such as what starts a profiler. */
  static String moreOptions() {
    return Optional.ofNullable(System.getenv("BENCH_JAVA_OPTS")).orElse("");
  }

  static String java() {
    return Path.of(home(), "bin", "java").toString();
  }
}
