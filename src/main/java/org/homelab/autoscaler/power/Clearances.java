package org.homelab.autoscaler.power;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;

/**
 * Knows beforehand of which machines nothing is left, so that a command need not wait for the API
 * server's word. Two looks, some time apart, have found nothing, and no command was given since: to
 * ask before a command uses the knowledge up. See docs/adr/0020. Safe for use by many threads.
 */
public final class Clearances implements Leftovers {
  private final Leftovers live;
  private final Supplier<Predicate<Machine>> everywhere;
  private final Supplier<Collection<Machine>> machines;
  private final LongSupplier term;
  private final BooleanSupplier informed;
  private final Map<ObjectKey, Clearance> clearances = new ConcurrentHashMap<>();

  /** That nothing of the commands up to that number was left when this replica looked. */
  private record Clearance(String uid, String node, int attempts, long term, boolean twice) {
    boolean sameAs(Clearance other) {
      return uid.equals(other.uid)
          && node.equals(other.node)
          && attempts == other.attempts
          && term == other.term;
    }

    Clearance again() {
      return new Clearance(uid, node, attempts, term, true);
    }
  }

  /**
   * Knows nothing yet.
   *
   * @param live asked for whatever is not known
   * @param everywhere one live look that tells of all machines which may still be acted on
   * @param machines all there are, as they are now
   * @param term changes whenever this replica begins to lead
   * @param informed whether this replica leads and knows the whole fleet; it does not look around
   *     otherwise
   */
  public Clearances(
      Leftovers live,
      Supplier<Predicate<Machine>> everywhere,
      Supplier<Collection<Machine>> machines,
      LongSupplier term,
      BooleanSupplier informed) {
    this.live = live;
    this.everywhere = everywhere;
    this.machines = machines;
    this.term = term;
    this.informed = informed;
  }

  /** Looks once for all machines of which it is not known yet; not at all where there is none. */
  public void lookAround() {
    long now = term.getAsLong();
    if (!informed.getAsBoolean()) {
      return;
    }
    Collection<Machine> all = machines.get();
    if (clearances.size() > all.size()) {
      clearances.keySet().retainAll(all.stream().map(Machine::key).collect(Collectors.toSet()));
    }
    List<Machine> unknown =
        all.stream().filter(Clearances::quiet).filter(machine -> !known(machine, now)).toList();
    if (unknown.isEmpty()) {
      return;
    }
    Predicate<Machine> acted = everywhere.get();
    for (Machine machine : unknown) {
      if (acted.test(machine)) {
        clearances.remove(machine.key());
      } else {
        clearances.merge(
            machine.key(),
            once(machine, now),
            (before, seen) -> before.sameAs(seen) ? seen.again() : seen);
      }
    }
  }

  private static boolean quiet(Machine machine) {
    return machine.status().operation().isEmpty() && machine.liveJob().isEmpty();
  }

  private static Clearance once(Machine machine, long term) {
    return new Clearance(
        machine.declared().uid(),
        machine.spec().kubernetesNodeName(),
        machine.status().attempts(),
        term,
        false);
  }

  private boolean known(Machine machine, long now) {
    return known(Optional.ofNullable(clearances.get(machine.key())), machine, now);
  }

  private static boolean known(Optional<Clearance> clearance, Machine machine, long now) {
    return clearance.filter(Clearance::twice).filter(once(machine, now)::sameAs).isPresent();
  }

  @Override
  public Optional<String> any(Machine machine) {
    Optional<Clearance> usedUp = Optional.ofNullable(clearances.remove(machine.key()));
    return known(usedUp, machine, term.getAsLong()) && quiet(machine)
        ? Optional.empty()
        : live.any(machine);
  }

  @Override
  public Optional<String> powerOff(Machine machine) {
    return live.powerOff(machine);
  }
}
