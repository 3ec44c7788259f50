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
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.fleet.Recipe.Giver;
import org.junit.jupiter.api.Test;

/** A machine that one recipe was told to power off may yet obey it while the next is used. */
class PowerOffChainTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final Recipe SSH = recipe("ssh", 0, Giver.OPERATOR);
  private static final Recipe IPMI = recipe("ipmi", 60, Giver.JOB);
  private static final Recipe PLUG = recipe("plug", 60, Giver.OPERATOR);

  private PowerPlan plan = new PowerPlan(List.of(SSH, PLUG));
  private KubernetesNode kubernetesNode = node("m1").cordonedByUs().build();
  private Optional<DrainView> pods = Optional.of(DrainView.EMPTY);
  private List<PowerJob> jobs = List.of();
  private PowerState desired = PowerState.OFF;
  private Optional<Hold> hold = Optional.empty();
  private boolean deleting;
  private boolean dryRun;
  private Instant now = NOW;
  private MachineStatus status =
      MachineStatus.NEW
          .with(Progress.SHUTTING_DOWN, ObservedPower.UNKNOWN)
          .withAttempts(1)
          .with(
              Optional.of(
                  Operation.shutdown(NOW.minusSeconds(2))
                      .claimed(1, NOW)
                      .by(Optional.of("ssh"), 0)));

  private static Recipe recipe(String name, int after, Giver giver) {
    return new Recipe(
        name,
        Map.of(),
        Optional.empty(),
        Duration.ofSeconds(after),
        giver,
        giver,
        Recipe.Probe.NONE);
  }

  private Decision decide() {
    Machine machine =
        new Machine(
            declared("m1")
                .group("rack")
                .desired(desired)
                .hold(hold)
                .deleting(deleting)
                .status(status)
                .build(),
            Optional.of(new ObjectKey("lab", "rack")),
            Optional.empty(),
            Optional.of(kubernetesNode),
            jobs,
            pods,
            Optional.empty(),
            plan,
            Optional.empty());
    PowerPolicy all = PowerPolicy.of(machine, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD);
    PowerPolicy policy = dryRun ? Rule.dryRun(all) : all;
    Decision decision = StateMachine.decide(machine, policy, now);
    status = new Step(machine, policy, decision, now).after();
    return decision;
  }

  private Decision decideAt(int seconds) {
    now = NOW.plusSeconds(seconds);
    return decide();
  }

  private void takes() {
    Operation under = status.operation().orElseThrow();
    status = status.with(Optional.of(under.with(under.command().orElseThrow().sent(now))));
  }

  private void refuses() {
    Operation under = status.operation().orElseThrow();
    status =
        status.with(Optional.of(under.with(under.command().orElseThrow().failed("no answer"))));
  }

  private void theJobIs(PowerJob.State state) {
    String name = JobNames.of("m1", OperationType.SHUTDOWN, status.attempts());
    status = status.with(status.operation().map(under -> under.givenBy(name)));
    thereIsAJob(name, state);
  }

  private void thereIsAJob(String name, PowerJob.State state) {
    jobs =
        List.of(
            new PowerJob(
                new ObjectKey("lab", name),
                new ObjectKey("lab", "m1"),
                OperationType.SHUTDOWN,
                state,
                now,
                ""));
  }

  private void fallBackTo(Recipe... recipes) {
    plan = new PowerPlan(List.of(recipes));
    takes();
    assertThat(decideAt(60)).isInstanceOf(Decision.FallBack.class);
  }

  @Test
  void itIsNotGivenBackWhileItMayStillObeyTheRecipeBeforeTheOneThatFailed() {
    fallBackTo(SSH, PLUG);
    refuses();
    assertThat(decideAt(61))
        .isInstanceOf(Decision.Wait.class)
        .extracting(it -> ((Decision.Wait) it).again())
        .isEqualTo(Optional.of(NOW.plusSeconds(300)));
    assertThat(decideAt(299)).isInstanceOf(Decision.Wait.class);
    assertThat(decideAt(300)).isInstanceOf(Decision.FailShutdown.class);
  }

  @Test
  void aJobThatNobodyNotedIsNotGivenAgainOnceItWasEnded() {
    Recipe ipmi = recipe("ipmi", 0, Giver.JOB);
    plan = new PowerPlan(List.of(ipmi, recipe("plug", 30, Giver.OPERATOR)));
    Operation drained = Operation.shutdown(NOW.minusSeconds(2));
    status = status.with(Optional.of(drained.claimed(1, NOW).by(Optional.empty(), 0)));
    thereIsAJob(JobNames.of("m1", OperationType.SHUTDOWN, 1), PowerJob.State.RUNNING);
    assertThat(decideAt(30)).isEqualTo(new Decision.CancelPowerOff(Reason.FALLING_BACK));
    jobs = List.of();
    assertThat(decideAt(31))
        .isInstanceOf(Decision.FallBack.class)
        .extracting(it -> ((Decision.FallBack) it).attempt())
        .isEqualTo(2);
  }

  @Test
  void norWhileItMayObeyOneBeforeAJobThatFailed() {
    fallBackTo(SSH, IPMI);
    theJobIs(PowerJob.State.FAILED);
    assertThat(decideAt(130)).isInstanceOf(Decision.Wait.class);
    assertThat(decideAt(300)).isInstanceOf(Decision.FailShutdown.class);
  }

  @Test
  void norWhileItMayObeyAJobThatEndedWell() {
    plan = new PowerPlan(List.of(IPMI, PLUG));
    status =
        status.with(status.operation().map(under -> under.claimed(1, NOW).by(Optional.empty(), 0)));
    theJobIs(PowerJob.State.SUCCEEDED);
    assertThat(decideAt(60)).isInstanceOf(Decision.FallBack.class);
    refuses();
    assertThat(decideAt(61)).isInstanceOf(Decision.Wait.class);
    assertThat(decideAt(300)).isInstanceOf(Decision.FailShutdown.class);
  }

  @Test
  void whatItObeysLateCountsAsOff() {
    fallBackTo(SSH, PLUG);
    refuses();
    kubernetesNode = node("m1").cordonedByUs().ready(false, NOW.plusSeconds(90)).build();
    assertThat(decideAt(100)).isInstanceOf(Decision.Wait.class);
    assertThat(decideAt(160)).isInstanceOf(Decision.ConfirmOff.class);
  }

  @Test
  void whereNoRecipeWasTakenItIsGivenBackAtOnce() {
    refuses();
    assertThat(decideAt(1)).isInstanceOf(Decision.FallBack.class);
    refuses();
    assertThat(decideAt(2)).isInstanceOf(Decision.FailShutdown.class);
  }

  @Test
  void aLaterRecipesClaimWithoutAJobIsGivenByWhoeverLeadsNext() {
    fallBackTo(SSH, IPMI);
    MachineStatus claimed = status;
    assertThat(decideAt(70))
        .isInstanceOf(Decision.FallBack.class)
        .extracting(it -> ((Decision.FallBack) it).attempt(), Decision::reason)
        .containsExactly(2, Reason.RESUMED);
    assertThat(status).isEqualTo(claimed);
    assertThat(decideAt(121)).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void itIsNotGivenUnderPodsNorWhileAJobRuns() {
    fallBackTo(SSH, IPMI);
    pods = Optional.of(new DrainView(1, "lab/web: it tolerates the cordon"));
    assertThat(decideAt(70)).isInstanceOf(Decision.Wait.class);
    pods = Optional.empty();
    assertThat(decideAt(71)).isInstanceOf(Decision.Wait.class);
    pods = Optional.of(DrainView.EMPTY);
    jobs =
        List.of(
            new PowerJob(
                new ObjectKey("lab", "another"),
                new ObjectKey("lab", "m1"),
                OperationType.SHUTDOWN,
                PowerJob.State.STOPPING,
                now,
                ""));
    assertThat(decideAt(72)).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void suchAClaimIsNoReasonToTakeBackTheCordonOfAMachineThatMayObeyTheRecipeBefore() {
    fallBackTo(SSH, IPMI);
    MachineStatus claimed = status;
    desired = PowerState.ON;
    assertThat(decideAt(70)).isInstanceOf(Decision.Wait.class);
    desired = PowerState.OFF;
    hold = Optional.of(new Hold(Optional.empty(), "disk swap"));
    assertThat(decideAt(71)).isInstanceOf(Decision.Wait.class);
    hold = Optional.empty();
    deleting = true;
    assertThat(decideAt(72)).isInstanceOf(Decision.Wait.class);
    deleting = false;
    dryRun = true;
    assertThat(decideAt(73)).isInstanceOf(Decision.Wait.class);
    assertThat(status).isEqualTo(claimed);
  }

  @Test
  void aDryRunThatBeginsMeanwhileEndsWithoutTheNextRecipeAndLeavesNoCordon() {
    takes();
    dryRun = true;
    assertThat(decideAt(60)).isInstanceOf(Decision.Wait.class);
    assertThat(decideAt(300)).isInstanceOf(Decision.FailShutdown.class);
  }
}
