package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.camel.FakeClock;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.Order.Phase;
import org.homelab.autoscaler.fleet.OrderMark;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of an order whose writer dies, loses an answer or meets another at any request. */
@Proves(
    "an order whose writer dies, loses an answer or meets another at any request holds or is taken"
        + " back, whole")
class OrdersCrashTest {
  /** Begin, three Nodes, commit. */
  private static final int REQUESTS = 5;

  private final StoredRack stored = new StoredRack();
  private final FakeClock clock = new FakeClock();

  /** How a request ends that nothing else is said about. */
  enum End {
    DIES_BEFORE,
    DIES_AFTER,
    REQUEST_LOST,
    ANSWER_LOST
  }

  /** One request ends so, all others well. */
  private static final class Once implements Replica.Fate {
    private final int when;
    private final End end;
    private int request;

    Once(int when, End end) {
      this.when = when;
      this.end = end;
    }

    @Override
    public <T> T of(Supplier<T> request) {
      if (++this.request != when) {
        return request.get();
      }
      if (end == End.DIES_AFTER || end == End.ANSWER_LOST) {
        var unused = request.get();
      }
      if (died(end)) {
        throw new Turns.Died();
      }
      throw new Ledger.Unanswered("lost", null);
    }
  }

  private Replica replica(String name, Replica.Fate fate) {
    return new Replica(stored, name, clock, fate, () -> clock.pass(Duration.ofMillis(50)));
  }

  private Replica replica(String name) {
    return replica(name, new Once(0, End.DIES_BEFORE));
  }

  private static void increase(Replica at, int delta) {
    at.provider.nodeGroupIncreaseSize(
        NodeGroupIncreaseSizeRequest.newBuilder().setId("rack").setDelta(delta).build());
  }

  private static void delete(Replica at, String machine) {
    at.provider.nodeGroupDeleteNodes(
        NodeGroupDeleteNodesRequest.newBuilder()
            .setId("rack")
            .addNodes(Rack.fake("homelab://" + machine, "create-error"))
            .build());
  }

  private Phase phase() {
    return stored.group().order().orElseThrow().phase();
  }

  static Stream<Arguments> everyRequest() {
    return IntStream.rangeClosed(1, REQUESTS)
        .boxed()
        .flatMap(request -> Stream.of(End.values()).map(end -> Arguments.of(request, end)));
  }

  @ParameterizedTest
  @MethodSource("everyRequest")
  void anOrderHoldsAsAWholeOrIsTakenBackWholeWhateverBecomesOfOneRequest(int request, End end) {
    Replica writer = replica("writer", new Once(request, end));
    Replica leader = replica("leader");
    boolean obeyed = attempt(writer);

    Proof.of(OrdersCrashTest.class).tried(died(end) ? Tried.CRASHES : Tried.FAULTS, 1);
    leader.catchUp();
    leader.check();
    boolean committed =
        stored.group().order().filter(o -> o.phase() == Phase.COMMITTED).isPresent();
    everyMachineTakesAStep(leader);
    assertThat(stored.commands()).as("commands for what holds").isEqualTo(committed ? 3 : 0);

    endAbandoned(leader);
    leader.check();
    assertThat(stored.group().orderPending()).isFalse();
    assertThat(stored.on()).isEqualTo(committed ? 3 : 0);
    assertThat(leader.target()).isEqualTo(stored.on());
    assertThat(obeyed && !committed).as("answered with OK and not done").isFalse();
    if (end == End.ANSWER_LOST || end == End.REQUEST_LOST) {
      assertThat(stored.group().order().isEmpty() || phase() != Phase.WRITING).isTrue();
    }
  }

  private static boolean died(End end) {
    return end == End.DIES_AFTER || end == End.DIES_BEFORE;
  }

  private static boolean attempt(Replica writer) {
    try {
      increase(writer, 3);
      return true;
    } catch (Turns.Died | ProviderException.Unavailable failed) {
      return false;
    }
  }

  private void everyMachineTakesAStep(Replica leader) {
    IntStream.range(0, StoredRack.MACHINES).forEach(leader::step);
    leader.catchUp();
  }

  private void endAbandoned(Replica leader) {
    leader.orders.endAbandoned(leader.snapshot());
    clock.pass(Orders.ABANDONED);
    leader.orders.endAbandoned(leader.snapshot());
    leader.catchUp();
  }

  @Test
  void takingBackMayDieAnywhereAndIsDoneByTheNext() {
    for (int request = 1; request <= 12; request++) {
      for (End end : End.values()) {
        var world = new OrdersCrashTest();
        assertThatThrownBy(() -> increase(world.replica("w", new Once(4, End.DIES_AFTER)), 3))
            .isInstanceOf(Turns.Died.class);
        Replica first = world.replica("first", new Once(request, end));
        try {
          world.endAbandoned(first);
        } catch (Turns.Died | ProviderException dead) {
          assertThat(world.stored.on()).isLessThanOrEqualTo(3);
        }
        Replica second = world.replica("second");
        world.endAbandoned(second);
        second.check();
        Proof.of(OrdersCrashTest.class).tried(died(end) ? Tried.CRASHES : Tried.FAULTS, 1);
        assertThat(world.phase()).isEqualTo(Phase.TAKEN_BACK);
        assertThat(world.stored.on()).isZero();
      }
    }
  }

  @Test
  void anOrderThatIsBeingWrittenMakesItsMachinesWaitAndOtherOrdersToo() {
    assertThatThrownBy(() -> increase(replica("w", new Once(3, End.DIES_AFTER)), 3))
        .isInstanceOf(Turns.Died.class);
    Replica other = replica("other");

    everyMachineTakesAStep(other);
    assertThat(stored.commands()).isZero();
    assertThatExceptionOfType(ProviderException.Aborted.class)
        .isThrownBy(() -> increase(other, 1))
        .withMessageContaining("order 1 for group rack, for [m0, m1, m2]");

    clock.pass(Orders.ABANDONED);
    increase(other, 1);
    assertThat(stored.on()).isOne();
    assertThat(stored.group().order().orElseThrow().number()).isEqualTo(2);
  }

  @Test
  void anOrderThatWasBegunAfterTheLastLookIsNotOverwritten() {
    Replica one = replica("one");
    assertThatThrownBy(() -> increase(replica("w", new Once(3, End.DIES_AFTER)), 3))
        .isInstanceOf(Turns.Died.class);
    one.catchUp();

    assertThatExceptionOfType(ProviderException.StaleSnapshot.class)
        .isThrownBy(() -> one.apply(one.snapshot(), List.of()));
  }

  @Test
  void c31_of_two_replicas_with_one_place_left_exactly_one_gets_it() {
    Replica one = replica("one");
    Replica other = replica("other");
    increase(one, 3);
    increase(one, 1);

    assertThatExceptionOfType(ProviderException.FailedPrecondition.class)
        .isThrownBy(() -> increase(other, 1));
    assertThat(stored.on()).isEqualTo(StoredRack.CEILING);
    assertThat(other.target()).isEqualTo(StoredRack.CEILING);
  }

  @Test
  void aReplicaThatIsBehindDoesNotTakeForDoneWhatIsNot() {
    Replica one = replica("one");
    Replica behind = replica("behind");
    increase(one, 1);

    delete(behind, "m0");

    assertThat(stored.on()).isZero();
  }

  @Test
  void aWriteThatComesAfterItsOrderWasTakenBackChangesNothing() {
    Replica writer = replica("w", new Once(3, End.DIES_BEFORE));
    Declared planned = stored.nodes().get(1);
    assertThatThrownBy(() -> increase(writer, 3)).isInstanceOf(Turns.Died.class);
    endAbandoned(replica("leader"));

    var late = new Ledger.Entry(PowerState.ON, new OrderMark(1, "uid").text(), Optional.empty());
    assertThatThrownBy(() -> stored.write(planned.key(), planned.revision(), late))
        .isInstanceOf(Ledger.Changed.class);
  }

  @Test
  void whatAPersonWantsMeanwhileIsNotTakenBack() {
    assertThatThrownBy(() -> increase(replica("w", new Once(4, End.DIES_AFTER)), 3))
        .isInstanceOf(Turns.Died.class);
    stored.patch(0, PowerState.OFF);
    stored.patch(4, PowerState.ON);
    Replica leader = replica("leader");

    leader.step(4);
    assertThat(stored.commands()).as("by hand needs no commit").isOne();
    endAbandoned(leader);
    assertThat(stored.on()).isOne();
  }

  @Test
  void aGroupThatHasLostItsLatestOrderLetsNoMachineWaitForEver() {
    increase(replica("w"), 2);
    stored.forgetOrder();
    Replica leader = replica("leader");
    everyMachineTakesAStep(leader);
    assertThat(stored.commands()).isZero();

    endAbandoned(leader);
    everyMachineTakesAStep(leader);
    assertThat(stored.commands()).isEqualTo(2);
  }
}
