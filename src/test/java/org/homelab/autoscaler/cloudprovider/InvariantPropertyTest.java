package org.homelab.autoscaler.cloudprovider;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;

/** Orders, people, machines and a leader in any order: what CA is told never contradicts itself. */
@Proves("orders, people, machines and a leader in any order never make CA be told two things")
class InvariantPropertyTest {
  private long tries;
  private long steps;

  /** One thing that happens; machines are counted from 0. */
  sealed interface Happening {
    record Increase(int delta) implements Happening {}

    record Decrease(int delta) implements Happening {}

    record Delete(List<Integer> machines) implements Happening {}

    record DeleteFake(int machine, FakeNode reason) implements Happening {}

    /** The next write of an order finds that somebody else was faster, so many times. */
    record Conflicts(int machine, int times) implements Happening {}

    record Patch(int machine, PowerState desired) implements Happening {}

    record Hold(int machine, int seconds) implements Happening {}

    record NodeReady(int machine) implements Happening {}

    record NodeDeaf(int machine) implements Happening {}

    record NodeGone(int machine) implements Happening {}

    /** The leader takes the machine's next step. */
    record Step(int machine) implements Happening {}

    record Pass(int seconds) implements Happening {}
  }

  @Provide
  Arbitrary<List<Happening>> happenings() {
    Arbitrary<Integer> machine = Arbitraries.integers().between(0, World.MACHINES - 1);
    Arbitrary<Integer> seconds = Arbitraries.integers().between(0, 900);
    return Arbitraries.<Happening>oneOf(
            Arbitraries.integers().between(-1, 6).map(Happening.Increase::new),
            Arbitraries.integers().between(1, 2).map(Happening.Increase::new),
            Arbitraries.integers().between(-4, 1).map(Happening.Decrease::new),
            machine.list().ofMaxSize(3).map(Happening.Delete::new),
            Combinators.combine(machine, Arbitraries.of(FakeNode.class))
                .as(Happening.DeleteFake::new),
            Combinators.combine(machine, Arbitraries.integers().between(1, 6))
                .as(Happening.Conflicts::new),
            Combinators.combine(machine, Arbitraries.of(PowerState.class)).as(Happening.Patch::new),
            Combinators.combine(machine, seconds).as(Happening.Hold::new),
            machine.map(Happening.NodeReady::new),
            machine.map(Happening.NodeDeaf::new),
            machine.map(Happening.NodeGone::new),
            machine.map(Happening.Step::new),
            machine.map(Happening.Step::new),
            machine.map(Happening.Step::new),
            seconds.map(Happening.Pass::new))
        .list()
        .ofMaxSize(60);
  }

  @Property(seed = "20261126")
  void whatCaIsToldNeverContradictsItself(@ForAll("happenings") List<Happening> happenings) {
    World world = new World();
    tries++;
    steps += happenings.size();
    for (Happening happening : happenings) {
      world.happen(happening);
      world.check();
    }
  }

  @AfterProperty
  void report() {
    Proof.of(InvariantPropertyTest.class)
        .tried(Tried.INTERLEAVINGS, tries)
        .tried(Tried.STEPS, steps);
  }
}
