package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Every cell of the state machine: what is decided there, against what was read and found right,
 * and what must be true of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Proves(
    "in every state, with everything that can be seen, the decision is the one written down, and"
        + " within the rules")
class StateMachineTest {
  private static final Path GOLDEN = Path.of("src/test/resources/power/decisions.txt");
  private static final String HEAD =
      """
      # Every decision about a machine, from every look that there can be at it; what a machine, a
      # node, a job and so on may look like is said in Cell.java. A dimension is named where it makes
      # a difference. After => come the decision, its reason and the state the machine is in then.
      # Written by StateMachineTest with -Dgolden=write; read every line that changes.
      """;

  private final String[] outcomes = new String[Cells.count()];
  private final Map<Rule, Queue<String>> broken = new ConcurrentHashMap<>();

  StateMachineTest() {
    IntStream.range(0, outcomes.length).parallel().forEach(this::take);
    Proof.of(StateMachineTest.class).tried(Tried.CELLS, outcomes.length);
  }

  private void take(int number) {
    Rule.Case taken = Rule.Case.of(Cells.cell(number));
    outcomes[number] = outcome(taken);
    for (Rule rule : Rule.values()) {
      if (!rule.holds(taken)) {
        broken
            .computeIfAbsent(rule, key -> new ConcurrentLinkedQueue<>())
            .add(taken.cell() + " => " + outcomes[number]);
      }
    }
  }

  @Test
  void decidesInEveryCellAsWrittenDown() throws IOException {
    String decisions = HEAD + DecisionTree.of(number -> outcomes[number]);
    if ("write".equals(System.getProperty("golden"))) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, decisions);
    }
    assertThat(decisions).isEqualTo(Files.readString(GOLDEN));
  }

  @TestFactory
  Stream<DynamicTest> inEveryCell() {
    return Arrays.stream(Rule.values())
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                    () -> assertThat(examples(rule)).isEmpty()));
  }

  private List<String> examples(Rule rule) {
    return broken.getOrDefault(rule, new ConcurrentLinkedQueue<>()).stream().limit(5).toList();
  }

  private static String outcome(Rule.Case taken) {
    Decision decision = taken.decision();
    String state = States.of(taken.after());
    return decision.getClass().getSimpleName()
        + " "
        + decision.reason().code()
        + (state.equals(States.of(taken.before())) ? "" : " -> " + state)
        + (taken.after().attempts() == taken.before().attempts() ? "" : ", a new attempt");
  }
}
