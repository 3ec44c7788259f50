package org.homelab.autoscaler.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Days of a homelab, each told in a file of its own. */
class ScenarioTest {
  private static final Path FOLDER = Path.of("src/test/resources/scenarios");

  @TestFactory
  Stream<DynamicTest> holds() throws IOException {
    return scripts().stream()
        .map(script -> DynamicTest.dynamicTest(script.name(), () -> new Run().play(script)));
  }

  /** After the k-th write for every k, with no memory but the API, and nothing else differs. */
  @TestFactory
  Stream<DynamicTest> holdsWhereverTheOperatorDies() throws IOException {
    return scripts().stream()
        .map(script -> DynamicTest.dynamicTest(script.name(), () -> dieAfterEveryWrite(script)));
  }

  private static void dieAfterEveryWrite(Script script) {
    Run whole = new Run();
    whole.play(script);
    int writes = whole.operator().writes();
    for (int write = 1; write <= writes; write++) {
      Run run = new Run();
      run.operator().crashAt(write);
      try {
        run.play(script);
      } catch (AssertionError wrong) {
        throw new AssertionError("after a crash at write " + write + ": " + wrong.getMessage());
      }
    }
  }

  @Test
  void thereAreManyOfThem() throws IOException {
    assertThat(scripts()).hasSizeGreaterThanOrEqualTo(15);
  }

  private static List<Script> scripts() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<Path> found =
          files.filter(file -> file.toString().endsWith(".scenario")).sorted().toList();
      List<Script> scripts = new java.util.ArrayList<>();
      for (Path file : found) {
        scripts.add(Script.read(file));
      }
      return scripts;
    }
  }
}
