package org.homelab.autoscaler.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Days of a homelab, each told in a file of its own. */
@Proves("days of a homelab end the same wherever the operator dies, at whichever write or answer")
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
    long looks = 0;
    for (int write = 1; write <= writes; write++) {
      Run run = new Run();
      run.operator().crashAt(write);
      try {
        run.play(script);
      } catch (AssertionError wrong) {
        throw new AssertionError("after a crash at write " + write + ": " + wrong.getMessage());
      }
      looks += run.operator().looks();
    }
    Proof.of(ScenarioTest.class).tried(Tried.CRASHES, writes).tried(Tried.STEPS, looks);
  }

  /**
   * The process dies after the k-th order of CA was carried out, before CA is answered, for every
   * k: things take another course, but no rule is broken and what CA is told never contradicts
   * itself.
   */
  @TestFactory
  Stream<DynamicTest> breaksNoRuleWhereverAnAnswerIsLost() throws IOException {
    return scripts().stream()
        .filter(script -> ordersOf(script) > 0)
        .map(script -> DynamicTest.dynamicTest(script.name(), () -> loseEveryAnswer(script)));
  }

  private static int ordersOf(Script script) {
    Run run = new Run().expectingNothing();
    run.play(script);
    return run.operator().orders();
  }

  private static void loseEveryAnswer(Script script) {
    int orders = ordersOf(script);
    for (int order = 1; order <= orders; order++) {
      Run run = new Run().expectingNothing();
      run.operator().loseAnswerOf(order);
      run.play(script);
    }
    Proof.of(ScenarioTest.class).tried(Tried.CRASHES, orders);
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
