package org.homelab.autoscaler.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofSummaryTest {
  @Proves("nothing breaks")
  private static final class Plain {}

  @Proves("nothing breaks on a real control plane")
  @NeedsControlPlane
  private static final class Real {}

  @TempDir private Path folder;

  @Test
  void allThatWasTriedIsSummedUp() {
    proof(Plain.class).tried(Tried.TESTS, 1).tried(Tried.STEPS, 1_200).tried(Tried.CRASHES, 3);
    proof(Real.class).tried(Tried.TESTS, 1).tried(Tried.STEPS, 300).tried(Tried.FAULTS, 7);

    assertThat(summary().text().orElseThrow())
        .contains("Plain")
        .contains("1 tests, 1,200 steps, 3 crashes")
        .contains("nothing breaks on a real control plane")
        .contains("2 tests, 1,500 steps, 3 crashes, 7 faults, violations = 0");
    assertThat(summary().wrong(true, true)).isEmpty();
  }

  @Test
  void aBrokenRuleFailsTheBuild() {
    proof(Plain.class).tried(Tried.TESTS, 1).tried(Tried.STEPS, 5).tried(Tried.VIOLATIONS, 2);

    assertThat(summary().text().orElseThrow()).contains("violations = 2");
    assertThat(summary().wrong(false, false)).containsExactly("Plain: violations = 2");
  }

  @Test
  void aSuiteThatRunsAndTellsNothingFailsTheBuild() {
    proof(Plain.class).tried(Tried.TESTS, 4);

    assertThat(summary().wrong(false, false))
        .containsExactly("Plain ran and did not tell what it tried");
  }

  @Test
  void aSuiteThatIsToRunAndDoesNotFailsTheBuild() {
    assertThat(summary().wrong(true, false)).containsExactly("Plain was to run and did not");
    assertThat(summary().wrong(true, true)).hasSize(2);
  }

  @Test
  void whoeverChoosesHisTestsIsAskedForNoMore() {
    assertThat(summary().wrong(false, true)).isEmpty();
    assertThat(summary().text()).isEmpty();
  }

  private Proof proof(Class<?> suite) {
    return new Proof(folder, suite.getName());
  }

  private ProofSummary summary() {
    return new ProofSummary(folder, List.of(Plain.class, Real.class));
  }
}
