package org.homelab.autoscaler.fleet;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A group and its machines at one instant. Immutable: whoever decides, decides from one of these.
 *
 * @param id the id under which CA knows it
 * @param machines its members, by name
 * @param version raised with every change of this group
 */
public record GroupSnapshot(
    String id, DeclaredGroup declared, List<Machine> machines, long version) {
  public GroupSnapshot {
    machines = List.copyOf(machines);
  }

  public ObjectKey key() {
    return declared.key();
  }

  public GroupPolicy policy() {
    return declared.policy();
  }

  /** The member of that name. */
  public Optional<Machine> machine(String name) {
    return machines.stream().filter(machine -> machine.name().equals(name)).findFirst();
  }

  /** How many more machines may be on; negative where more are. */
  public int room() {
    return room(machine -> false);
  }

  /** The same where these count as on too. */
  public int room(Predicate<Machine> also) {
    long on =
        machines.stream().filter(machine -> machine.desiredOn() || also.test(machine)).count();
    return policy().maxSize().orElse(machines.size()) - (int) on;
  }
}
