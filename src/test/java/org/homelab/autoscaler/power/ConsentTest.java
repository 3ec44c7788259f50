package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.Cell.Held;
import org.homelab.autoscaler.power.Cell.Special;
import org.junit.jupiter.api.Test;

/** A flow of the user's that says wait, in every cell of the state machine where it is asked. */
class ConsentTest {
  private static final Verdict.NotYet WAIT =
      new Verdict.NotYet(Reason.FLOW_WAITS, "before: not now", Duration.ofSeconds(30));

  /** What is special or held makes no other decision that is asked about. */
  private static boolean worthAsking(Cell cell) {
    return cell.hold() == Held.NO
        && (cell.special() == Special.NOTHING || cell.special() == Special.FORCED);
  }

  @Test
  void aCommandThatIsClaimedAndADrainThatGoesOnAreNotAskedAboutAllElseIs() {
    Map<ExtensionPoint, Integer> asked = new EnumMap<>(ExtensionPoint.class);
    List<Object> wrong = new ArrayList<>();
    Cells.each(
        ConsentTest::worthAsking,
        cell -> {
          Step step = step(cell);
          boolean begun =
              step.reason() == Reason.RESUMED
                  || step.machine().status().progress() == Progress.SHUTTING_DOWN;
          boolean starts =
              step.decision() instanceof Decision.PowerOn
                  || step.decision() instanceof Decision.BeginShutdown;
          if (Consent.wanted(step).isPresent() != (starts && !begun)) {
            wrong.add(cell);
          }
          Consent.wanted(step).ifPresent(point -> asked.merge(point, 1, Integer::sum));
        });
    assertThat(wrong).isEmpty();
    assertThat(asked).containsOnlyKeys(ExtensionPoint.BEFORE_POWER_ON, ExtensionPoint.BEFORE_DRAIN);
  }

  @Test
  void whatIsHeldBackTouchesNothingAndLeavesNoCordon() {
    List<Object> wrong = new ArrayList<>();
    Cells.each(
        ConsentTest::worthAsking,
        cell -> {
          Step step = step(cell);
          if (Consent.wanted(step).isPresent() && !safe(step, Consent.withheld(step, WAIT))) {
            wrong.add(cell);
          }
        });
    assertThat(wrong).isEmpty();
  }

  private static boolean safe(Step asked, Step instead) {
    boolean cordoned =
        asked.machine().node().filter(KubernetesNode::cordonedByUs).isPresent()
            && asked.machine().status().progress() == Progress.READY;
    boolean right =
        cordoned
            ? instead.decision() instanceof Decision.CancelShutdown
                || instead.reason() == Reason.JOB_RUNNING
            : instead
                .decision()
                .equals(
                    new Decision.Wait(
                        Reason.FLOW_WAITS,
                        "before: not now",
                        java.util.Optional.of(Cell.NOW.plusSeconds(30))));
    return right
        && instead.after().attempts() == asked.machine().status().attempts()
        && instead.after().failure().equals(asked.machine().status().failure())
        && instead.after().progress() == asked.machine().status().progress();
  }

  private static Step step(Cell cell) {
    return new Step(cell.look(), cell.rules(), cell.decide(), Cell.NOW);
  }
}
