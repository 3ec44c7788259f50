package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.homelab.autoscaler.testing.RunFolder;
import org.junit.jupiter.api.Test;

/** What a newcomer does first, with the packaged program: look into it, and let it run a cycle. */
class SimulateIT {
  private static final Path RUN_FOLDER =
      Path.of(System.getProperty("run.folder", "target/homelab-autoscaler"));

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
      assertThat(process.awaitExit(Duration.ofMinutes(4))).as(process.output()).isZero();
      assertThat(process.output()).contains("no safety rule broken");
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
