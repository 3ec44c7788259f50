package org.homelab.autoscaler.fleet;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which machines have a powerState that may yet be taken back. A machine may have moved to another
 * group since, so that its order is looked up by the uid of the Group it was given for.
 */
final class PendingOrders {
  private final Map<String, DeclaredGroup> groups = new HashMap<>();
  private final Map<ObjectKey, String> waiting = new HashMap<>();

  /** The order that the machine waits for. */
  Optional<OrderMark> of(Declared node) {
    Optional<OrderMark> pending =
        node.order()
            .flatMap(mark -> Optional.ofNullable(groups.get(mark.group())))
            .flatMap(group -> group.awaitedBy(node));
    if (pending.isPresent()) {
      waiting.put(node.key(), pending.get().group());
    } else {
      waiting.remove(node.key());
    }
    return pending;
  }

  /** Forgets a machine. */
  void remove(ObjectKey machine) {
    waiting.remove(machine);
  }

  /** Takes in a Group; gives the machines that this may concern, if its order has changed. */
  Set<ObjectKey> put(DeclaredGroup group) {
    DeclaredGroup known = groups.put(group.uid(), group);
    Optional<Order> before = Optional.ofNullable(known).flatMap(DeclaredGroup::order);
    return before.equals(group.order())
        ? Set.of()
        : Stream.concat(waitingFor(group.uid()).stream(), named(group).stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Forgets a Group, whose orders nobody can carry on. */
  Set<ObjectKey> remove(DeclaredGroup group) {
    groups.remove(group.uid());
    return waitingFor(group.uid());
  }

  /** The machines that the Group's latest order names. */
  static Set<ObjectKey> named(DeclaredGroup group) {
    String namespace = group.key().namespace();
    return group.order().stream()
        .flatMap(order -> order.machines().stream())
        .map(name -> new ObjectKey(namespace, name))
        .collect(Collectors.toSet());
  }

  private Set<ObjectKey> waitingFor(String group) {
    return waiting.entrySet().stream()
        .filter(entry -> entry.getValue().equals(group))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
