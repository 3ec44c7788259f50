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
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Observation;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.fleet.Recipe.Probe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows a command that the operator itself gives: never the same command again. */
class DeviceStepsTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final Duration JUST = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofHours(1);

  private Probe probe = Probe.POWER;
  private PowerState desired = PowerState.ON;
  private Optional<KubernetesNode> node = Optional.empty();
  private Optional<DeviceReading> reading = Optional.empty();
  private Optional<Hold> hold = Optional.empty();
  private Optional<DrainView> pods = Optional.empty();
  private Optional<Observation> observation = Optional.empty();
  private boolean withFallback;
  private boolean deleting;

  private Decision decide(Operation operation) {
    boolean on = operation.type() == OperationType.STARTUP;
    MachineStatus status =
        MachineStatus.NEW
            .with(on ? Progress.STARTING_UP : Progress.SHUTTING_DOWN, ObservedPower.UNKNOWN)
            .withAttempts(3)
            .with(Optional.of(operation));
    var machine =
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
            node,
            List.of(),
            pods,
            observation,
            plan(),
            reading);
    PowerPolicy policy =
        PowerPolicy.of(machine, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD);
    return StateMachine.decide(machine, policy, NOW);
  }

  private PowerPlan plan() {
    Recipe ssh = recipe("wol-ssh", Duration.ZERO, probe);
    return withFallback
        ? new PowerPlan(List.of(ssh, recipe("tasmota", Duration.ofMinutes(2), Probe.NONE)))
        : new PowerPlan(List.of(ssh));
  }

  private static Recipe recipe(String name, Duration after, Probe probe) {
    return new Recipe(
        name,
        Map.of(),
        Optional.empty(),
        after,
        Recipe.Giver.OPERATOR,
        Recipe.Giver.OPERATOR,
        probe);
  }

  private static Operation.Command claim(Duration ago) {
    return new Operation.Command(3, NOW.minus(ago), Optional.empty()).by(Optional.of("wol-ssh"), 0);
  }

  private static Operation on(Operation.Command command) {
    return Operation.startup(command.claimedAt(), 3).with(command);
  }

  private static Operation off(Operation.Command command) {
    return Operation.shutdown(command.claimedAt()).with(command);
  }

  private void seen(ObservedPower power, Duration ago) {
    reading = Optional.of(new DeviceReading(power, NOW.minus(ago)));
  }

  private void drained(boolean ready, Instant changed) {
    desired = PowerState.OFF;
    pods = Optional.of(DrainView.EMPTY);
    node = Optional.of(node("m1").ready(ready, changed).cordonedByUs().build());
  }

  @Test
  void aPowerOnOfUnknownFateIsNotGivenAgainButWaitedFor() {
    assertThat(decide(on(claim(JUST))))
        .isInstanceOfSatisfying(
            Decision.Wait.class, wait -> assertThat(wait.reason()).isEqualTo(Reason.UNCONFIRMED));
  }

  @Test
  void aClaimThatWasMadeForAJobIsNotGivenByTheRecipeThatTookItsPlace() {
    var forJob = new Operation.Command(3, NOW.minus(JUST), Optional.empty());
    assertThat(decide(on(forJob))).isInstanceOf(Decision.Wait.class);
    desired = PowerState.OFF;
    pods = Optional.of(DrainView.EMPTY);
    node = Optional.of(node("m1").cordonedByUs().build());
    assertThat(decide(off(forJob))).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void aProbeThatSeesItOnSinceTheClaimMeansItWasGiven() {
    seen(ObservedPower.ON, Duration.ofSeconds(1));
    assertThat(decide(on(claim(JUST))).reason()).isEqualTo(Reason.BOOTING);
  }

  @Test
  void aProbeThatSeesItOffLongAfterTheClaimMeansItWasNot() {
    seen(ObservedPower.OFF, Duration.ofSeconds(1));
    assertThat(decide(on(claim(Duration.ofMinutes(2)))))
        .isInstanceOfSatisfying(
            Decision.FailStartup.class,
            fail -> assertThat(fail.reason()).isEqualTo(Reason.UNCONFIRMED));
  }

  @Test
  void aProbeFromBeforeTheClaimSaysNothing() {
    seen(ObservedPower.OFF, Duration.ofMinutes(3));
    assertThat(decide(on(claim(Duration.ofMinutes(2)))).reason()).isEqualTo(Reason.UNCONFIRMED);
    assertThat(decide(on(claim(Duration.ofMinutes(2))))).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void withoutAnyWordTheDeadlineDecides() {
    assertThat(decide(on(claim(LONG))).reason()).isEqualTo(Reason.BOOT_TIMEOUT);
  }

  @Test
  void whatADeviceRefusedHasFailedAtOnceInItsWords() {
    assertThat(decide(on(claim(JUST).failed("bmc: refused the credentials"))))
        .isEqualTo(new Decision.FailStartup(Reason.RECIPE_FAILED, "bmc: refused the credentials"));
  }

  @Test
  void whatADeviceTookIsBooting() {
    assertThat(decide(on(claim(JUST).sent(NOW))).reason()).isEqualTo(Reason.BOOTING);
  }

  @Test
  void itIsOffWhenTheProbeSaysSoAndTheNodeIsAway() {
    drained(false, NOW.minusSeconds(1));
    seen(ObservedPower.OFF, Duration.ofSeconds(1));
    assertThat(decide(off(claim(JUST).sent(NOW)))).isInstanceOf(Decision.ConfirmOff.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = ObservedPower.class,
      names = {"ON", "UNKNOWN"})
  void itIsNotOffBeforeAProbeThatKnowsPowerSaysSo(ObservedPower power) {
    drained(false, NOW.minusSeconds(100));
    seen(power, Duration.ofSeconds(1));
    assertThat(decide(off(claim(Duration.ofMinutes(2)).sent(NOW))))
        .isInstanceOf(Decision.Wait.class);
    assertThat(decide(off(claim(LONG).sent(NOW)))).isInstanceOf(Decision.FailShutdown.class);
  }

  @Test
  void silenceIsEnoughOnlyTogetherWithANodeThatWentAwaySinceTheClaim() {
    probe = Probe.LIFE;
    drained(false, NOW.minusSeconds(90));
    assertThat(decide(off(claim(Duration.ofMinutes(2))))).isInstanceOf(Decision.ConfirmOff.class);
    drained(false, NOW.minus(LONG));
    assertThat(decide(off(claim(Duration.ofMinutes(2)))).reason()).isEqualTo(Reason.UNCONFIRMED);
    seen(ObservedPower.ON, Duration.ofSeconds(1));
    drained(false, NOW.minusSeconds(90));
    assertThat(decide(off(claim(Duration.ofMinutes(2)))))
        .isNotInstanceOf(Decision.ConfirmOff.class);
  }

  @Test
  void aRefusedPowerOffFallsBackAtOnceAndAnIdleOneInItsTime() {
    withFallback = true;
    drained(true, NOW.minus(LONG));
    assertThat(decide(off(claim(JUST).failed("cannot be reached"))))
        .isEqualTo(
            new Decision.FallBack(
                Reason.FALLING_BACK, OperationType.SHUTDOWN, 4, 1, "wol-ssh: cannot be reached"));
    assertThat(decide(off(claim(JUST).sent(NOW)))).isInstanceOf(Decision.Wait.class);
    assertThat(decide(off(claim(Duration.ofMinutes(3)).sent(NOW))))
        .isInstanceOf(Decision.FallBack.class);
  }

  @Test
  void powerIsNotCutUnderPodsAHoldOrAChangeOfMind() {
    withFallback = true;
    Operation refused = off(claim(JUST).failed("cannot be reached"));
    desired = PowerState.OFF;
    node = Optional.of(node("m1").ready(true, NOW.minus(LONG)).build());
    assertThat(decide(refused)).isInstanceOf(Decision.FailShutdown.class);
    drained(true, NOW.minus(LONG));
    hold = Optional.of(new Hold(Optional.empty(), "disk swap"));
    assertThat(decide(refused)).isInstanceOf(Decision.FailShutdown.class);
    hold = Optional.empty();
    desired = PowerState.ON;
    assertThat(decide(refused)).isInstanceOf(Decision.FailShutdown.class);
  }

  @Test
  void powerIsNotCutUnderPodsThatCameInSpiteOfTheCordon() {
    withFallback = true;
    Operation refused = off(claim(JUST).failed("cannot be reached"));
    drained(true, NOW.minus(LONG));
    pods = Optional.of(new DrainView(1, "lab/web: it tolerates the cordon"));
    assertThat(decide(refused)).isInstanceOf(Decision.FailShutdown.class);
    pods = Optional.empty();
    assertThat(decide(refused)).isInstanceOf(Decision.FailShutdown.class);
    pods = Optional.of(DrainView.attached(1));
    assertThat(decide(refused)).isInstanceOf(Decision.FallBack.class);
  }

  @Test
  void aMachineWhoseNodeIsDeletedGetsNoOtherCommand() {
    withFallback = true;
    deleting = true;
    drained(true, NOW.minus(LONG));
    assertThat(decide(off(claim(JUST).failed("cannot be reached"))))
        .isInstanceOf(Decision.FailShutdown.class);
    assertThat(decide(off(claim(Duration.ofMinutes(3)).sent(NOW))))
        .isInstanceOf(Decision.Wait.class);
  }

  @Test
  void aSilentMachineIsNotOffWhileTheDeviceThatSwitchesItSaysOn() {
    drained(false, NOW.minusSeconds(100));
    observation = Optional.of(Observation.at(NOW, ObservedPower.OFF, "tcp m1:22"));
    Operation sent = off(claim(Duration.ofMinutes(2)).sent(NOW));
    seen(ObservedPower.ON, Duration.ofSeconds(1));
    assertThat(decide(sent)).isInstanceOf(Decision.Wait.class);
    seen(ObservedPower.OFF, Duration.ofSeconds(1));
    assertThat(decide(sent)).isInstanceOf(Decision.ConfirmOff.class);
  }

  @Test
  void afterTheLastRecipeThePowerOffHasFailed() {
    withFallback = true;
    drained(true, NOW.minus(LONG));
    Operation.Command last = claim(JUST).by(Optional.of("tasmota"), 1).failed("cannot be reached");
    assertThat(decide(off(last)))
        .isEqualTo(new Decision.FailShutdown(Reason.RECIPE_FAILED, "cannot be reached"));
    assertThat(decide(off(last).after("wol-ssh: no answer within 5 s")))
        .isEqualTo(
            new Decision.FailShutdown(
                Reason.RECIPE_FAILED, "wol-ssh: no answer within 5 s; tasmota: cannot be reached"));
  }

  @Test
  void whileALaterRecipeIsAtWorkThoseBeforeItAreTold() {
    withFallback = true;
    drained(true, NOW.minus(LONG));
    Operation.Command last = claim(JUST).by(Optional.of("tasmota"), 1).sent(NOW);
    assertThat(decide(off(last).after("wol-ssh: no answer within 5 s")))
        .isInstanceOfSatisfying(
            Decision.Wait.class,
            wait ->
                assertThat(wait.detail())
                    .isEqualTo("By fallback tasmota. Before: wol-ssh: no answer within 5 s."));
  }

  @Test
  void aClaimNamesTheRecipeSoThatNoJobIsMadeOfItLater() {
    probe = Probe.NONE;
    var machine =
        new Machine(
            declared("m1").group("rack").desired(PowerState.ON).build(),
            Optional.of(new ObjectKey("lab", "rack")),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            plan(),
            Optional.empty());
    MachineStatus claimed =
        new Decision.PowerOn(Reason.DESIRED_ON, 1).after(machine, NOW.minus(JUST));
    assertThat(claimed.operation().flatMap(Operation::command).flatMap(Operation.Command::recipe))
        .contains("wol-ssh");
    Machine edited = machine.with(claimed);
    PowerPolicy policy = PowerPolicy.of(edited, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD);
    assertThat(StateMachine.decide(edited, policy, NOW)).isInstanceOf(Decision.Wait.class);
  }
}
