package org.homelab.autoscaler.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.simulator.SafetyInspector.Rule;

import io.fabric8.kubernetes.client.Config;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.homelab.autoscaler.Simulation;
import org.homelab.autoscaler.Simulation.Result;
import org.homelab.autoscaler.simulator.SafetyInspector.Violation;
import org.homelab.autoscaler.simulator.StubOperator.Defect;
import org.junit.jupiter.api.Test;

/** The whole simulation, a tenth as long, against a small operator. */
class HomelabSimulationTest {
  private static final Pace FAST = new Pace(0.1);

  @Test
  void isFoundByItsInterface() {
    assertThat(ServiceLoader.load(Simulation.class))
        .singleElement()
        .isInstanceOf(HomelabSimulation.class);
  }

  @Test
  void anHonestOperatorPassesTwoCycles() throws Exception {
    try (var simulation = simulation()) {
      Result result = play(simulation, Defect.NOTHING, 2).get(60, TimeUnit.SECONDS);
      assertThat(result.lines()).as("summary").hasSize(1);
      assertThat(result.lines().get(0))
          .startsWith("2 cycles in ")
          .contains("32 pods run")
          .contains("no safety rule broken");
      assertThat(result.exitStatus()).isZero();
    }
  }

  @Test
  void powerThatGoesUnderPodsIsSeen() throws Exception {
    assertThat(rulesBrokenBy(Defect.POWERS_OFF_UNDER_PODS))
        .contains(Rule.PODS_ON_A_MACHINE_THAT_LOSES_POWER);
  }

  @Test
  void commandsGivenTwiceAreSeen() throws Exception {
    assertThat(rulesBrokenBy(Defect.GIVES_COMMANDS_TWICE))
        .contains(Rule.TWO_LIVE_JOBS, Rule.COMMAND_REPEATED);
  }

  @Test
  void aTargetThatIsNotTheInstancesIsSeen() throws Exception {
    assertThat(rulesBrokenBy(Defect.LIES_ABOUT_THE_TARGET)).contains(Rule.TARGET_IS_NOT_INSTANCES);
  }

  @Test
  void machinesThatStayOnEndTheRunWithWordsAboutThem() throws Exception {
    try (var simulation = simulation()) {
      Result result = play(simulation, Defect.NEVER_POWERS_OFF, 1).get(60, TimeUnit.SECONDS);
      assertThat(result.exitStatus()).isEqualTo(1);
      assertThat(result.lines())
          .anyMatch(
              line ->
                  line.contains("did not come to its end") && line.contains("atlas is still on"))
          .anyMatch(line -> line.contains(Rule.STILL_ON.name()));
    }
  }

  private static Iterable<Rule> rulesBrokenBy(Defect defect) throws Exception {
    try (var simulation = simulation()) {
      Result result = play(simulation, defect, 1).get(60, TimeUnit.SECONDS);
      assertThat(result.exitStatus()).isEqualTo(1);
      return simulation.violations().stream().map(Violation::rule).distinct().toList();
    }
  }

  private static HomelabSimulation simulation() {
    return new HomelabSimulation(FAST, new Terminal(false, false));
  }

  private static CompletableFuture<Result> play(
      HomelabSimulation simulation, Defect defect, int cycles) {
    Config config = simulation.start();
    var operator = new StubOperator(config, FAST, defect);
    var result = new CompletableFuture<Result>();
    simulation.play("127.0.0.1", operator.port(), cycles, result::complete);
    return result
        .orTimeout(Duration.ofMinutes(1).toSeconds(), TimeUnit.SECONDS)
        .whenComplete((done, failure) -> operator.close());
  }
}
