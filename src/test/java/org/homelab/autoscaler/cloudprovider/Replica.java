package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.homelab.autoscaler.camel.FakeClock;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Order;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Neighbours;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.StateMachine;

/**
 * One process: its own knowledge, behind the API by its watches, and at most one call at a time.
 */
final class Replica implements Ledger, Intents {
  /** What becomes of a request on its way. */
  interface Fate {
    <T> T of(Supplier<T> request);
  }

  /** The orders that the call under way has tried to begin, oldest first. */
  final List<String> tries = new ArrayList<>();

  final Orders orders;
  final CloudProviderService provider;
  private final StoredRack stored;
  private final FakeClock clock;
  private final Fate fate;
  private final Fleet fleet = new Fleet(ObjectKey::name);
  private int nodesSeen;
  private int groupsSeen;
  private int joinsSeen;
  private long groupRevision;

  Replica(StoredRack stored, String name, FakeClock clock, Fate fate, Runnable pause) {
    this.stored = stored;
    this.clock = clock;
    this.fate = fate;
    Duration patience = Duration.ofMillis(200);
    this.orders = new Orders(this, name, clock, patience, time -> pause.run());
    this.provider =
        new CloudProviderService(
            fleet, this, clock, ProviderSettings.STANDARD, () -> true, () -> true);
    listAll();
  }

  /** A process that starts reads what there is, not what there was. */
  private void listAll() {
    nodesSeen = stored.nodeEvents.size();
    groupsSeen = stored.groupEvents.size();
    stored.nodes().forEach(this::fold);
    fold(stored.group());
    while (hearOfJoin()) {}
  }

  /** Hears of everything that its watches have not told yet. */
  void catchUp() {
    while (hearOfNode() || hearOfGroup() || hearOfJoin()) {}
  }

  boolean hearOfNode() {
    return nodesSeen < stored.nodeEvents.size() && fold(stored.nodeEvents.get(nodesSeen++));
  }

  boolean hearOfGroup() {
    return groupsSeen < stored.groupEvents.size() && fold(stored.groupEvents.get(groupsSeen++));
  }

  boolean hearOfJoin() {
    if (joinsSeen == stored.joins.size()) {
      return false;
    }
    fleet.apply(stored.joins.get(joinsSeen++));
    return true;
  }

  private boolean fold(Declared node) {
    fleet.apply(node);
    return true;
  }

  private boolean fold(DeclaredGroup group) {
    if (Long.parseLong(group.revision()) >= groupRevision) {
      groupRevision = Long.parseLong(group.revision());
      fleet.apply(group);
    }
    return true;
  }

  GroupSnapshot snapshot() {
    return fleet.group("rack").orElseThrow();
  }

  @Override
  public Optional<DeclaredGroup> group(ObjectKey key) {
    DeclaredGroup now = fate.of(stored::group);
    fold(now);
    return Optional.of(now);
  }

  @Override
  public DeclaredGroup write(DeclaredGroup seen, Order order) {
    if (order.phase() == Order.Phase.WRITING && !tries.contains(order.by())) {
      tries.add(order.by());
    }
    DeclaredGroup now = fate.of(() -> stored.write(seen, order));
    fold(now);
    return now;
  }

  @Override
  public Optional<Declared> machine(ObjectKey key) {
    Declared now = fate.of(() -> stored.node(key).orElseThrow());
    fold(now);
    return Optional.of(now);
  }

  @Override
  public Declared write(ObjectKey machine, String revision, Entry entry) {
    Declared now = fate.of(() -> stored.write(machine, revision, entry));
    fold(now);
    return now;
  }

  @Override
  public void refresh(DeclaredGroup group) {
    fate.of(stored::nodes).forEach(this::fold);
  }

  @Override
  public void settle(GroupSnapshot group) {
    orders.settle(group);
  }

  @Override
  public void apply(GroupSnapshot group, List<PowerIntent> intents) {
    orders.write(group, intents);
  }

  /** Takes the machine's next step, as the leader does, or as one that believes to be it. */
  void step(int number) {
    Machine machine = fleet.machine(new ObjectKey("lab", "m" + number)).orElseThrow();
    PowerPolicy policy =
        PowerPolicy.of(
            machine, snapshot().policy(), Neighbours.room(0), ProviderSettings.STANDARD.power());
    Decision decision = StateMachine.decide(machine, policy, clock.instant());
    if (!stored.writeStatus(machine.declared(), decision.after(machine, clock.instant()))) {
      return;
    }
    if (decision instanceof Decision.PowerOn on && on.attempt() > attempts(machine)) {
      stored.command(machine.declared(), "power-on", on.attempt());
    }
    if (decision instanceof Decision.PowerOff off && off.attempt() > attempts(machine)) {
      stored.command(machine.declared(), "power-off", off.attempt());
    }
  }

  private static int attempts(Machine machine) {
    return machine.status().attempts();
  }

  /** What it would tell CA now never contradicts itself. */
  void check() {
    List<Instance> instances =
        provider
            .nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId("rack").build())
            .getInstancesList();
    long counted =
        instances.stream()
            .filter(each -> each.getStatus().getInstanceState() != InstanceState.instanceDeleting)
            .count();
    assertThat(target()).as("target").isEqualTo(counted);
    Set<String> ids = new HashSet<>();
    for (Instance instance : instances) {
      assertThat(ids.add(instance.getId())).as("unique").isTrue();
      assertThat(instance.getId()).as("stable").matches("homelab://m[0-4]");
    }
    var group = provider.nodeGroups(NodeGroupsRequest.getDefaultInstance()).getNodeGroups(0);
    assertThat(group.getMinSize()).isBetween(0, group.getMaxSize());
    assertThat(target()).isLessThanOrEqualTo(group.getMaxSize());
  }

  long target() {
    return provider
        .nodeGroupTargetSize(NodeGroupTargetSizeRequest.newBuilder().setId("rack").build())
        .getTargetSize();
  }

  long waiting() {
    return fleet.machines().stream().filter(each -> each.pendingOrder().isPresent()).count();
  }
}
