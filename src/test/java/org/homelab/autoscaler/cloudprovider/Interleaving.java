package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.camel.FakeClock;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.Order.Phase;

/**
 * Several replicas that give orders, die, lag behind and lose answers in an order that is chosen
 * from outside, one request at a time.
 */
final class Interleaving {
  private static final int REPLICAS = 3;

  private final StoredRack stored = new StoredRack();
  private final FakeClock clock = new FakeClock();
  private final Iterator<Integer> choices;
  private final Tally tally;
  private final Replica[] replicas = new Replica[REPLICAS];
  private final Turns[] calls = new Turns[REPLICAS];
  private final boolean[] deletes = new boolean[REPLICAS];
  private final List<Runnable> late = new ArrayList<>();
  private boolean faults = true;
  private int born;

  /** What was tried, for the report. */
  static final class Tally {
    long runs;
    long steps;
    long orders;
    long committed;
    long takenBack;
    long crashes;
    long lost;
    long commands;

    @Override
    public String toString() {
      return "%d runs, %d steps, %d orders (%d committed, %d taken back), %d crashes, %d lost answers, %d power commands"
          .formatted(runs, steps, orders, committed, takenBack, crashes, lost, commands);
    }
  }

  Interleaving(List<Integer> choices, Tally tally) {
    this.choices = choices.iterator();
    this.tally = tally;
    for (int i = 0; i < REPLICAS; i++) {
      birth(i);
    }
  }

  private void birth(int number) {
    replicas[number] =
        new Replica(stored, "r" + born++, clock, new Network(number), () -> calls[number].stop());
  }

  /** One request of a call: it waits for its turn, and may get lost in either direction. */
  private final class Network implements Replica.Fate {
    private final int replica;

    Network(int replica) {
      this.replica = replica;
    }

    @Override
    public <T> T of(Supplier<T> request) {
      if (calls[replica] != null) {
        calls[replica].stop();
      }
      if (!faults) {
        return request.get();
      }
      switch (choose(120)) {
        case 0 -> {
          tally.lost++;
          throw new Ledger.Unanswered("the request was lost", null);
        }
        case 1 -> {
          tally.lost++;
          var unused = request.get();
          throw new Ledger.Unanswered("the answer was lost", null);
        }
        case 2 -> {
          tally.lost++;
          late.add(
              () -> {
                try {
                  var unused = request.get();
                } catch (Ledger.Failed tooLate) {
                  assertThat(tooLate).isInstanceOf(Ledger.Changed.class);
                }
              });
          throw new Ledger.Unanswered("the request is late", null);
        }
        case 3 -> throw new Turns.Died();
        case 4 -> {
          var unused = request.get();
          throw new Turns.Died();
        }
        default -> {
          return request.get();
        }
      }
    }
  }

  private int choose(int bound) {
    return choices.hasNext() ? choices.next() % bound : bound - 1;
  }

  /** Plays it to its end, and checks after each step. */
  void play() {
    while (choices.hasNext()) {
      step();
      tally.steps++;
      for (Replica replica : replicas) {
        replica.check();
      }
    }
    end();
    tally.runs++;
    tally.orders += stored.begun.size();
    tally.committed += stored.ended.values().stream().filter(Phase.COMMITTED::equals).count();
    tally.takenBack += stored.ended.values().stream().filter(Phase.TAKEN_BACK::equals).count();
    tally.commands += stored.commands();
  }

  private void step() {
    int replica = choose(REPLICAS);
    switch (choose(20)) {
      case 0, 1, 2, 3, 4, 5, 6 -> proceed(replica);
      case 7, 8 -> begin(replica);
      case 9 -> replicas[replica].hearOfNode();
      case 10 -> replicas[replica].hearOfGroup();
      case 11 -> replicas[replica].hearOfJoin();
      case 12 -> replicas[replica].catchUp();
      case 13, 14 -> replicas[replica].step(choose(StoredRack.MACHINES));
      case 15 -> endAbandoned(replica);
      case 16 -> machine(choose(StoredRack.MACHINES));
      case 17 -> clock.pass(Duration.ofSeconds(choose(12)));
      case 18 -> outside();
      default -> somethingLate();
    }
  }

  private void outside() {
    switch (choose(8)) {
      case 0 ->
          stored.patch(
              choose(StoredRack.MACHINES), choose(2) == 0 ? PowerState.ON : PowerState.OFF);
      case 1 -> crash(choose(REPLICAS));
      default -> stored.touchGroup();
    }
  }

  private void somethingLate() {
    if (!late.isEmpty()) {
      late.remove(choose(late.size())).run();
    }
  }

  /** A machine that boots joins; one that is to be off falls silent. */
  private void machine(int number) {
    var node = stored.nodes().get(number);
    var name = KubernetesNodeBuilder.node("m" + number);
    switch (node.status().progress()) {
      case STARTING_UP -> stored.join(name.ready(true, clock.instant()).build());
      case SHUTTING_DOWN -> stored.join(name.ready(false, clock.instant()).build());
      case NEW, SHUTDOWN, READY -> {}
    }
  }

  private void begin(int replica) {
    if (calls[replica] != null) {
      return;
    }
    Replica at = replicas[replica];
    int kind = choose(6);
    Runnable rpc =
        switch (kind) {
          case 0, 1, 2 -> increase(at, 1 + choose(3));
          case 3 -> decrease(at, -1 - choose(2));
          default -> delete(at, kind == 4, choose(StoredRack.MACHINES), choose(5));
        };
    at.tries.clear();
    deletes[replica] = kind > 3;
    calls[replica] = new Turns(rpc);
  }

  private static Runnable increase(Replica at, int delta) {
    return () ->
        at.provider.nodeGroupIncreaseSize(
            NodeGroupIncreaseSizeRequest.newBuilder().setId("rack").setDelta(delta).build());
  }

  private static Runnable decrease(Replica at, int delta) {
    return () ->
        at.provider.nodeGroupDecreaseTargetSize(
            NodeGroupDecreaseTargetSizeRequest.newBuilder().setId("rack").setDelta(delta).build());
  }

  private static Runnable delete(Replica at, boolean real, int... machines) {
    var request = NodeGroupDeleteNodesRequest.newBuilder().setId("rack");
    for (int machine : machines) {
      String id = "homelab://m" + machine;
      ExternalGrpcNode fake = Rack.fake(id, "create-error");
      request.addNodes(real ? Rack.node("m" + machine, id) : fake);
    }
    return () -> at.provider.nodeGroupDeleteNodes(request.build());
  }

  private void proceed(int replica) {
    Turns call = calls[replica];
    if (call == null) {
      begin(replica);
      return;
    }
    call.next();
    if (!call.over()) {
      return;
    }
    calls[replica] = null;
    if (call.died()) {
      rebirth(replica);
      return;
    }
    Throwable failure = call.failure();
    if (failure != null && !(failure instanceof ProviderException)) {
      throw new AssertionError("a call failed", failure);
    }
    answered(replica, failure);
  }

  /** What CA was told is what came of it. */
  private void answered(int number, Throwable refusal) {
    List<Phase> ends = replicas[number].tries.stream().map(this::endOf).toList();
    if (refusal == null) {
      assertThat(ends.subList(0, Math.max(0, ends.size() - 1)))
          .as("earlier tries")
          .doesNotContain(Phase.COMMITTED);
      // What another replica has deleted meanwhile needs no order.
      if (!ends.isEmpty() && !deletes[number]) {
        assertThat(ends.get(ends.size() - 1)).as("obeyed").isEqualTo(Phase.COMMITTED);
      }
    } else if (((ProviderException) refusal).code() != ProviderException.Code.UNAVAILABLE) {
      assertThat(ends).as("refused: %s", refusal).doesNotContain(Phase.COMMITTED);
    }
  }

  /** How that try of an order ended; one that nobody has ended yet counts as being written. */
  private Phase endOf(String by) {
    Long number = stored.begun.get(by);
    return number == null ? Phase.TAKEN_BACK : stored.ended.getOrDefault(number, Phase.WRITING);
  }

  private void crash(int replica) {
    if (calls[replica] != null) {
      calls[replica].die();
      calls[replica] = null;
    }
    rebirth(replica);
  }

  private void rebirth(int replica) {
    tally.crashes++;
    birth(replica);
  }

  private void endAbandoned(int replica) {
    if (calls[replica] == null) {
      try {
        replicas[replica].orders.endAbandoned(replicas[replica].snapshot());
      } catch (ProviderException | Ledger.Failed tryAgain) {
        assertThat(tryAgain).isNotNull();
      } catch (Turns.Died died) {
        rebirth(replica);
      }
    }
  }

  /** The network heals, every call ends, and whatever was left behind is ended. */
  private void end() {
    faults = false;
    for (int i = 0; i < REPLICAS; i++) {
      for (int turn = 0; calls[i] != null; turn++) {
        assertThat(turn).as("a call ends").isLessThan(1000);
        clock.pass(Duration.ofMillis(20));
        proceed(i);
      }
    }
    while (!late.isEmpty()) {
      somethingLate();
    }
    for (int round = 0; round < 3; round++) {
      replicas[0].catchUp();
      replicas[0].orders.endAbandoned(replicas[0].snapshot());
      clock.pass(Orders.ABANDONED);
    }
    for (Replica replica : replicas) {
      replica.catchUp();
      replica.check();
      assertThat(replica.waiting()).as("machines that wait for an order").isZero();
      assertThat(replica.target()).isEqualTo(stored.on());
    }
    assertThat(stored.group().orderPending()).isFalse();
  }
}
