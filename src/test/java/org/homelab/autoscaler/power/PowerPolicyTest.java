package org.homelab.autoscaler.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerTimeouts;
import org.homelab.autoscaler.fleet.PowerUps;
import org.homelab.autoscaler.power.PowerPolicy.Defaults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerPolicyTest {
  private static final PowerTimeouts OWN = timeouts(1, 2, 3);

  private static PowerTimeouts timeouts(int startup, int shutdown, int drain) {
    return new PowerTimeouts(
        Optional.of(Duration.ofMinutes(startup)),
        Optional.of(Duration.ofMinutes(shutdown)),
        Optional.of(Duration.ofMinutes(drain)));
  }

  private static Machine machine(PowerTimeouts timeouts) {
    return new Machine(
        DeclaredBuilder.declared("m1").timeouts(timeouts).build(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        java.util.List.of(),
        Optional.empty());
  }

  private static GroupPolicy group(PowerTimeouts timeouts, Optional<Duration> provision) {
    var options =
        new GroupPolicy.Options(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty(),
            provision,
            Optional.empty(),
            Optional.empty());
    return new GroupPolicy(0, OptionalInt.empty(), Map.of(), timeouts, DrainPolicy.FORCE, options);
  }

  private static PowerPolicy of(PowerTimeouts machine, GroupPolicy group) {
    return PowerPolicy.of(machine(machine), group, Neighbours.room(2), Defaults.STANDARD);
  }

  @Test
  void theMachinesOwnTimesComeFirst() {
    PowerPolicy policy = of(OWN, group(timeouts(10, 20, 30), Optional.of(Duration.ofMinutes(15))));
    assertThat(policy.startup()).isEqualTo(Duration.ofMinutes(1));
    assertThat(policy.shutdown()).isEqualTo(Duration.ofMinutes(2));
    assertThat(policy.drain()).isEqualTo(Duration.ofMinutes(3));
  }

  @Test
  void thenItsGroups() {
    PowerPolicy policy =
        of(PowerTimeouts.NONE, group(timeouts(10, 20, 30), Optional.of(Duration.ofMinutes(15))));
    assertThat(policy.startup()).isEqualTo(Duration.ofMinutes(10));
    assertThat(policy.shutdown()).isEqualTo(Duration.ofMinutes(20));
    assertThat(policy.drain()).isEqualTo(Duration.ofMinutes(30));
    assertThat(policy.drainPolicy()).isEqualTo(DrainPolicy.FORCE);
  }

  @Test
  void aPowerOnIsGivenUpWellBeforeTheClusterAutoscalerDoes() {
    assertThat(
            of(PowerTimeouts.NONE, group(PowerTimeouts.NONE, Optional.of(Duration.ofMinutes(4))))
                .startup())
        .isEqualTo(Duration.ofMinutes(2));
    assertThat(of(PowerTimeouts.NONE, GroupPolicy.NONE).startup())
        .isEqualTo(Duration.ofSeconds(450));
  }

  @Test
  void theRestIsTheOperatorsConfiguration() {
    PowerPolicy policy = of(PowerTimeouts.NONE, GroupPolicy.NONE);
    assertThat(policy.shutdown()).isEqualTo(Defaults.STANDARD.shutdown());
    assertThat(policy.drain()).isEqualTo(Defaults.STANDARD.drain());
    assertThat(policy.settle()).isEqualTo(Defaults.STANDARD.settle());
    assertThat(policy.maxFailures()).isEqualTo(3);
    assertThat(policy.neighbours().room()).isEqualTo(2);
    assertThat(policy.drainPolicy()).isEqualTo(DrainPolicy.FAIL);
    assertThat(policy.protectedNodes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,4", "4,8", "5,16", "6,30", "7,30", "1000000,30"})
  void thePauseDoublesWithEveryFailureInARowUpToItsMaximum(int failures, int minutes) {
    assertThat(of(PowerTimeouts.NONE, GroupPolicy.NONE).backOff(failure(failures)))
        .isEqualTo(Duration.ofMinutes(minutes));
  }

  @Test
  void aMaximumBelowTheFirstPauseHolds() {
    var impatient =
        new Defaults(
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            3,
            Set.of(),
            Duration.ofHours(6),
            PowerUps.UNLIMITED,
            PowerUps.UNLIMITED,
            false);
    PowerPolicy policy =
        PowerPolicy.of(
            machine(PowerTimeouts.NONE), GroupPolicy.NONE, Neighbours.room(0), impatient);
    assertThat(policy.backOff(failure(1))).isEqualTo(Duration.ofSeconds(10));
    assertThat(policy.backOff(failure(9))).isEqualTo(Duration.ofSeconds(10));
  }

  private static Failure failure(int count) {
    return new Failure(OperationType.STARTUP, "JobFailed", "", Instant.EPOCH, count, "", "");
  }
}
