package org.homelab.autoscaler.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every numbered case of the operator is proven by a test or a scenario that there is. */
class OperatorCasesTest {
  private static final Path DOCUMENT = Path.of("docs", "proof.md");
  private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");
  private static final Path SOURCES = Path.of("src/test/java");
  private static final Pattern ROW = Pattern.compile("\\| ([KF]\\d+) \\| .+ \\| (.+) \\|");
  private static final Pattern PROOF = Pattern.compile("`([^`]+)`");

  @Test
  void everyCaseHasItsProof() throws IOException {
    Stream<String> keep = IntStream.rangeClosed(24, 46).mapToObj("K%d"::formatted);
    Stream<String> fix =
        IntStream.rangeClosed(10, 24).filter(number -> number != 22).mapToObj("F%d"::formatted);
    assertThat(proofs().keySet())
        .containsExactlyInAnyOrderElementsOf(Stream.concat(keep, fix).toList());
  }

  @TestFactory
  Stream<DynamicTest> whatIsNamedThereIs() throws IOException {
    return proofs().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      Matcher proof = PROOF.matcher(entry.getValue());
                      assertThat(proof.find()).isTrue();
                      do {
                        assertThat(exists(proof.group(1))).as(proof.group(1)).isTrue();
                      } while (proof.find());
                    }));
  }

  private static Map<String, String> proofs() throws IOException {
    Matcher row = ROW.matcher(Files.readString(DOCUMENT));
    return row.results()
        .collect(
            Collectors.toMap(
                found -> found.group(1),
                found -> found.group(2),
                (one, other) -> one + other,
                TreeMap::new));
  }

  private static boolean exists(String proof) throws IOException {
    if (!proof.contains("#")) {
      return Files.exists(SCENARIOS.resolve(proof + ".scenario"));
    }
    String[] words = proof.split("#");
    try (Stream<Path> files = Files.walk(SOURCES)) {
      Path source =
          files
              .filter(file -> file.getFileName().toString().equals(words[0] + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no " + words[0]));
      // What is not private is run: helpers are private in this house.
      return Pattern.compile("\\n  (void|Stream<DynamicTest>) " + words[1] + "\\(")
          .matcher(Files.readString(source))
          .find();
    }
  }
}
