package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Recipe;
import org.junit.jupiter.api.Test;

/** A person reads in one condition what became of each recipe. */
class OutcomesTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final String SSH = "no answer within 5 s";
  private static final String REDFISH = "refused the credentials";

  private KubernetesNode kubernetesNode = node("m1").cordonedByUs().build();
  private Instant now = NOW;
  private MachineStatus status =
      MachineStatus.NEW
          .with(Progress.SHUTTING_DOWN, ObservedPower.UNKNOWN)
          .withAttempts(1)
          .with(Optional.of(Operation.shutdown(NOW).claimed(1, NOW).by(Optional.of("ssh"), 0)));

  private static Recipe recipe(String name, int after) {
    return new Recipe(
        name,
        Map.of(),
        Optional.empty(),
        Duration.ofSeconds(after),
        Recipe.Giver.OPERATOR,
        Recipe.Giver.OPERATOR,
        Recipe.Probe.NONE);
  }

  private Step look() {
    var plan =
        new PowerPlan(List.of(recipe("ssh", 0), recipe("redfish", 60), recipe("tasmota-plug", 60)));
    var machine =
        new Machine(
            declared("m1").group("rack").desired(PowerState.OFF).status(status).build(),
            Optional.of(new ObjectKey("lab", "rack")),
            Optional.empty(),
            Optional.of(kubernetesNode),
            List.of(),
            Optional.of(DrainView.EMPTY),
            Optional.empty(),
            plan,
            Optional.empty());
    PowerPolicy policy =
        PowerPolicy.of(machine, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD);
    Step step = new Step(machine, policy, StateMachine.decide(machine, policy, now), now);
    status = step.after();
    return step;
  }

  private void refuses(String problem) {
    Operation under = status.operation().orElseThrow();
    status = status.with(Optional.of(under.with(under.command().orElseThrow().failed(problem))));
  }

  private void takes() {
    Operation under = status.operation().orElseThrow();
    status = status.with(Optional.of(under.with(under.command().orElseThrow().sent(now))));
  }

  private static String told(Step step, String type) {
    return Conditions.of(step).stream()
        .filter(condition -> condition.type().equals(type))
        .map(ConditionValue::message)
        .findFirst()
        .orElseThrow();
  }

  private void failTwo() {
    refuses(SSH);
    assertThat(told(look(), Conditions.PROGRESSING))
        .endsWith("redfish comes next; ssh: no answer within 5 s");
    refuses(REDFISH);
    assertThat(told(look(), Conditions.PROGRESSING))
        .endsWith(
            "tasmota-plug comes next; ssh: no answer within 5 s; redfish: refused the credentials");
    takes();
  }

  @Test
  void whenAllHaveFailedEachIsNamedWithItsOutcome() {
    failTwo();
    now = NOW.plusSeconds(300);
    Step failed = look();
    String all =
        "ssh: no answer within 5 s; redfish: refused the credentials;"
            + " tasmota-plug has not switched the machine off within 300 s";
    assertThat(failed.decision()).isInstanceOf(Decision.FailShutdown.class);
    assertThat(told(failed, Conditions.PROGRESSING)).endsWith(all);
    assertThat(told(failed, Conditions.POWER_FAILED)).endsWith(all);
    Step later = look();
    assertThat(told(later, Conditions.POWER_FAILED)).endsWith(all);
  }

  @Test
  void whenTheLastHasWorkedThoseBeforeItAreNamed() {
    failTwo();
    String before =
        "By fallback tasmota-plug. Before: ssh: no answer within 5 s;"
            + " redfish: refused the credentials.";
    assertThat(told(look(), Conditions.PROGRESSING)).endsWith(before);
    now = NOW.plusSeconds(120);
    kubernetesNode = node("m1").cordonedByUs().ready(false, NOW.plusSeconds(10)).build();
    Step off = look();
    assertThat(off.decision()).isInstanceOf(Decision.ConfirmOff.class);
    assertThat(told(off, Conditions.PROGRESSING)).endsWith(before);
    assertThat(off.after().operation()).isEmpty();
  }

  @Test
  void theSameLookTwiceTellsOfARecipeOnce() {
    refuses(SSH);
    Step step = look();
    assertThat(step.after().operation().orElseThrow().outcomes())
        .containsExactly("ssh: no answer within 5 s");
    Machine claimed = step.machine().with(step.after());
    assertThat(step.decision().after(claimed, now)).isEqualTo(step.after());
  }

  @Test
  void aLineIsShortAndOne() {
    assertThat(Outcomes.line("redfish", "rack-1-bmc:\n  refused."))
        .isEqualTo("redfish: rack-1-bmc: refused");
    assertThat(Outcomes.line("redfish", "recipe redfish, rack-1-bmc: no answer"))
        .isEqualTo("redfish: rack-1-bmc: no answer");
    assertThat(Outcomes.line("plug", "plug has not worked")).isEqualTo("plug has not worked");
    assertThat(Outcomes.line("plug", "")).isEqualTo("plug");
    String longest = Outcomes.line("http", "🔌".repeat(300));
    assertThat(longest.codePointCount(0, longest.length())).isEqualTo(Operation.LONGEST_OUTCOME);
    assertThat(longest).startsWith("http: 🔌").endsWith("🔌…");
  }
}
