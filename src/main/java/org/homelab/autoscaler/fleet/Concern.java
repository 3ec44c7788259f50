package org.homelab.autoscaler.fleet;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whom the change of one machine concerns beside itself. */
final class Concern {
  private final Machine changed;
  private final boolean starts;

  private Concern(Machine changed) {
    this.changed = changed;
    this.starts = changed.status().progress() == Progress.STARTING_UP;
  }

  /**
   * Machines whose next step may be another one because of this one: those that wait for a place
   * that it has left, in its group or its circuit, and those that its group is to keep on now.
   *
   * @param circuit the machines of the circuit of that name
   */
  static Set<ObjectKey> of(
      Machine changed, Optional<GroupSnapshot> group, Function<String, List<Machine>> circuit) {
    var concern = new Concern(changed);
    return Stream.concat(group.stream().flatMap(concern::members), concern.onCircuit(circuit))
        .map(Machine::key)
        .collect(Collectors.toSet());
  }

  private Stream<Machine> members(GroupSnapshot group) {
    return group.machines().stream().filter(member -> member(member, group.policy()));
  }

  private boolean member(Machine member, GroupPolicy policy) {
    return starts
        ? member.status().progress() == Progress.READY && policy.limits().coolDown().isPresent()
        : waits(member) || (policy.forceAllOn().isPresent() && !member.desiredOn());
  }

  private Stream<Machine> onCircuit(Function<String, List<Machine>> circuit) {
    return changed.spec().circuit().filter(name -> !starts).stream()
        .flatMap(name -> circuit.apply(name).stream())
        .filter(Concern::waits);
  }

  private static boolean waits(Machine machine) {
    return machine.desiredOn()
        && switch (machine.status().progress()) {
          case NEW, SHUTDOWN -> true;
          case STARTING_UP, READY, SHUTTING_DOWN -> false;
        };
  }
}
