package org.homelab.autoscaler.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ConfigMaps that a cluster runs from hold every route and every recipe. */
class RoutesConfigMapTest {
  private static final String HEAD = "    files:\n";

  @ParameterizedTest
  @CsvSource({"routes, .camel.yaml", "routes/kamelets, .kamelet.yaml"})
  void everyFileOfTheFolderIsListed(Path folder, String suffix) throws IOException {
    Path kustomization = folder.resolve("kustomization.yaml");
    String text = Files.readString(kustomization);
    String expected =
        text.substring(0, text.indexOf(HEAD) + HEAD.length())
            + files(folder, suffix).stream()
                .map(file -> "      - " + file + "\n")
                .collect(Collectors.joining());
    if (Boolean.getBoolean("kustomization.write")) {
      Files.writeString(kustomization, expected);
    }

    assertThat(Files.readString(kustomization))
        .as("refresh it with: mvn test -Dtest=RoutesConfigMapTest -Dkustomization.write=true")
        .isEqualTo(expected);
  }

  private static List<String> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(suffix))
          .sorted()
          .toList();
    }
  }
}
