package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Order;
import org.homelab.autoscaler.fleet.Order.Phase;
import org.homelab.autoscaler.fleet.OrderMark;
import org.homelab.autoscaler.fleet.PowerTimeouts;

/** What the API server holds of one rack, with what must be so at every one of its writes. */
final class StoredRack {
  static final ObjectKey GROUP = new ObjectKey("lab", "rack");
  static final int MACHINES = 5;
  static final int FLOOR = 1;
  static final int CEILING = 4;

  /** Every state that each kind of object was in, for watches that are behind. */
  final List<Declared> nodeEvents = new ArrayList<>();

  final List<DeclaredGroup> groupEvents = new ArrayList<>();
  final List<KubernetesNode> joins = new ArrayList<>();

  final Map<Long, Phase> ended = new HashMap<>();
  final Map<String, Long> begun = new HashMap<>();
  private final Map<ObjectKey, Declared> nodes = new TreeMap<>();
  private final Set<String> commands = new HashSet<>();
  private DeclaredGroup group;
  private long revision;
  private boolean people;

  StoredRack() {
    var policy =
        new GroupPolicy(
            FLOOR,
            OptionalInt.of(CEILING),
            Map.of(),
            PowerTimeouts.NONE,
            DrainPolicy.FAIL,
            GroupPolicy.Options.NONE);
    put(new DeclaredGroup(GROUP, "uid", 1, "0", false, true, Optional.empty(), policy));
    for (int i = 0; i < MACHINES; i++) {
      put(DeclaredBuilder.declared("m" + i).group("rack").status(Statuses.OFF).build());
    }
  }

  DeclaredGroup group() {
    return group;
  }

  Optional<Declared> node(ObjectKey key) {
    return Optional.ofNullable(nodes.get(key));
  }

  List<Declared> nodes() {
    return List.copyOf(nodes.values());
  }

  long on() {
    return nodes.values().stream().filter(StoredRack::isOn).count();
  }

  static boolean isOn(Declared node) {
    return node.spec().desired() == PowerState.ON;
  }

  private Declared put(Declared node) {
    Declared stored = Stored.revision(node, ++revision);
    nodes.put(stored.key(), stored);
    nodeEvents.add(stored);
    return stored;
  }

  private DeclaredGroup put(DeclaredGroup changed) {
    group =
        new DeclaredGroup(
            changed.key(),
            changed.uid(),
            changed.generation(),
            Long.toString(++revision),
            changed.deleting(),
            changed.inCharge(),
            changed.invalid(),
            changed.policy(),
            changed.order());
    groupEvents.add(group);
    return group;
  }

  DeclaredGroup write(DeclaredGroup seen, Order order) {
    if (!group.revision().equals(seen.revision())) {
      throw new Ledger.Changed("group");
    }
    check(order);
    begun.putIfAbsent(order.by(), order.number());
    return put(Stored.order(group, order));
  }

  private void check(Order order) {
    OrderMark mark = new OrderMark(order.number(), group.uid());
    if (order.phase() == Phase.COMMITTED && !people) {
      for (String machine : order.machines()) {
        Declared node = nodes.get(new ObjectKey("lab", machine));
        assertThat(node.order()).as("a committed order is whole").contains(mark);
        assertThat(node.spec().desired()).isEqualTo(order.desired());
      }
    }
    if (order.phase() == Phase.TAKEN_BACK) {
      assertThat(nodes.values())
          .as("an order that was taken back has left nothing")
          .noneMatch(node -> node.order().filter(mark::equals).isPresent());
    }
    if (order.over()) {
      assertThat(ended.put(order.number(), order.phase())).as("an order ends once").isNull();
    }
  }

  Declared write(ObjectKey key, String seen, Ledger.Entry entry) {
    Declared node = guarded(key, seen);
    Declared written = put(Stored.ordered(node, entry.desired(), OrderMark.parse(entry.mark())));
    assertThat(people || on() <= CEILING).as("at most the maximum").isTrue();
    return written;
  }

  private Declared guarded(ObjectKey key, String seen) {
    Declared node = nodes.get(key);
    if (!node.revision().equals(seen)) {
      throw new Ledger.Changed(key.toString());
    }
    return node;
  }

  /** A leader's claim or note; whether its look still held. */
  boolean writeStatus(Declared seen, MachineStatus status) {
    Declared node = nodes.get(seen.key());
    if (!node.revision().equals(seen.revision())) {
      return false;
    }
    if (!node.status().equals(status)) {
      put(Stored.status(node, status));
    }
    return true;
  }

  /** A command was claimed, and is given now. */
  void command(Declared seen, String what, int attempt) {
    Declared node = nodes.get(seen.key());
    assertThat(commands.add(node.key() + " " + attempt)).as("given once").isTrue();
    node.order()
        .filter(mark -> !changedByHand(node, mark))
        .ifPresent(
            mark ->
                assertThat(group.order().orElseThrow().committed(mark.number()))
                    .as("%s of %s is of a committed order %s", what, node.key(), mark)
                    .isTrue());
  }

  private boolean changedByHand(Declared node, OrderMark mark) {
    return group
        .order()
        .filter(order -> people && order.number() == mark.number())
        .filter(order -> order.desired() != node.spec().desired())
        .isPresent();
  }

  /** Somebody else writes the Group's status. */
  void touchGroup() {
    put(group);
  }

  /** Somebody replaces the whole status. */
  void forgetOrder() {
    ended.clear();
    put(
        new DeclaredGroup(
            group.key(), group.uid(), 1, "", false, true, Optional.empty(), group.policy()));
  }

  /** A person patches powerState. */
  void patch(int machine, PowerState desired) {
    people = true;
    Declared node = nodes.get(new ObjectKey("lab", "m" + machine));
    put(Stored.ordered(node, desired, node.order()));
  }

  void join(KubernetesNode node) {
    joins.add(node);
  }

  int commands() {
    return commands.size();
  }

  boolean people() {
    return people;
  }
}
