package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped routes are what Camel's own schema allows, and what this house asks of a route. */
class RouteSchemaTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final int MOST_STEPS = 8;

  static Stream<Path> routeFiles() throws IOException {
    return files("routes");
  }

  static Stream<Path> routeFilesAndExamples() throws IOException {
    return Stream.concat(routeFiles(), files("docs/examples/routes"));
  }

  private static Stream<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files
          .filter(file -> file.toString().endsWith(".camel.yaml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("routeFilesAndExamples")
  void isWhatCamelsSchemaAllows(Path file) throws IOException {
    assertThat(CamelSchema.complaints(YAML.readTree(file.toFile()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("routeFilesAndExamples")
  void eachRouteHasAnIdADescriptionAndFewSteps(Path file) throws IOException {
    for (JsonNode element : YAML.readTree(file.toFile())) {
      JsonNode route = element.path("route");
      if (route.isMissingNode()) {
        continue;
      }
      assertThat(route.path("id").asText()).matches("[a-z]+(-[a-z]+)*");
      assertThat(route.path("description").asText()).endsWith(".").hasSizeLessThan(110);
      assertThat(route.path("from").path("steps")).hasSizeBetween(1, MOST_STEPS);
    }
  }

  @Test
  void aTypoWouldBeFound() throws IOException {
    JsonNode typo =
        YAML.readTree("- route: {id: a, from: {uri: 'direct:a', stpes: [{log: hello}]}}");
    assertThat(CamelSchema.complaints(typo)).isNotEmpty();
  }

  @Test
  void noIdIsUsedTwice() throws IOException {
    List<String> ids =
        routeFiles()
            .flatMap(
                file -> {
                  try {
                    return YAML.readTree(file.toFile()).findValuesAsText("id").stream();
                  } catch (IOException unreadable) {
                    throw new java.io.UncheckedIOException(unreadable);
                  }
                })
            .toList();
    assertThat(ids).doesNotHaveDuplicates().isNotEmpty();
  }
}
