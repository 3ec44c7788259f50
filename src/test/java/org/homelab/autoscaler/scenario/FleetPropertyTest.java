package org.homelab.autoscaler.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.homelab.autoscaler.testing.Effort;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;
import org.junit.jupiter.api.Test;

/**
 * Whole fleets on a clock that passes as told: whatever happens to them, no safety rule is broken.
 * The same lives in every build, others at length.
 */
@Proves(
    "whole fleets on a clock of their own, with people, CA and hardware that lies, keep to every"
        + " safety rule")
class FleetPropertyTest {
  private static final long STEPS = 200_000;

  @Test
  void noSafetyRuleIsEverBroken() {
    var effort = new Effort();
    long done = 0;
    long crashes = 0;
    long lives = 0;
    while (effort.more(done >= STEPS)) {
      long seed = effort.firstSeed() + lives++;
      var life = new Chaos(seed);
      try {
        life.play();
      } catch (AssertionError | RuntimeException wrong) {
        throw new AssertionError("seed " + seed + "\n" + life.story(), wrong);
      }
      assertThat(life.breaches()).as("seed %d%n%s", seed, life.story()).isEmpty();
      done += life.looks();
      crashes += life.crashes();
    }
    assertThat(crashes).isPositive();
    Proof.of(FleetPropertyTest.class)
        .tried(Tried.LIVES, lives)
        .tried(Tried.STEPS, done)
        .tried(Tried.CRASHES, crashes);
  }
}
