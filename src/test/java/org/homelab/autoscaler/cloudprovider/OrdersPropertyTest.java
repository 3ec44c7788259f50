package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.homelab.autoscaler.testing.Effort;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;
import org.junit.jupiter.api.Test;

/**
 * Orders from several replicas, with conflicts, lost and late requests, crashes, lagging watches,
 * people and machines in any order: an order holds as a whole or not at all, nobody acts on one
 * that does not hold, and what CA is told never contradicts itself.
 */
@Proves("orders of three replicas that die, lag and lose answers hold as a whole or not at all")
class OrdersPropertyTest {
  private static final int RUNS = 100;
  private static final int CHOICES = 840;

  @Test
  void anOrderHoldsAsAWholeOrNotAtAll() {
    var effort = new Effort();
    var tally = new Interleaving.Tally();
    while (effort.more(tally.runs >= RUNS)) {
      long seed = effort.firstSeed() + tally.runs;
      try {
        new Interleaving(choices(new Random(seed)), tally).play();
      } catch (AssertionError | RuntimeException wrong) {
        throw new AssertionError("seed " + seed, wrong);
      }
    }
    assertThat(tally.committed).as("orders that held: %s", tally).isPositive();
    assertThat(tally.takenBack).as("orders that were taken back: %s", tally).isPositive();
    Proof.of(OrdersPropertyTest.class)
        .tried(Tried.INTERLEAVINGS, tally.runs)
        .tried(Tried.STEPS, tally.steps)
        .tried(Tried.CRASHES, tally.crashes)
        .tried(Tried.FAULTS, tally.lost);
  }

  private static List<Integer> choices(Random random) {
    return random.ints(400L + random.nextInt(801), 0, CHOICES).boxed().toList();
  }
}
