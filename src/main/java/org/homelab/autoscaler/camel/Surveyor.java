package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.PowerUps;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Neighbours;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Share;
import org.homelab.autoscaler.power.Step;

/**
 * Sees to it that machines which share something are decided about one after the other, so that two
 * never take the same last place. What one has taken is known from its status; only between the
 * decision and that write it is kept here, so that nothing is lost with this process.
 */
final class Surveyor {
  private final Fleet fleet;
  private final PowerPolicy.Defaults defaults;
  private final Map<ObjectKey, Instant> powerOns = new HashMap<>();
  private final Map<ObjectKey, ObjectKey> adoptions = new HashMap<>();

  Surveyor(Fleet fleet, PowerPolicy.Defaults defaults) {
    this.fleet = fleet;
    this.defaults = defaults;
  }

  /** Nobody works on the machine any more; whatever it took is in its status or given back. */
  synchronized void forget(ObjectKey machine) {
    powerOns.remove(machine);
    adoptions.remove(machine);
  }

  /** Decides with a look at the others that no other decision can make untrue. */
  synchronized Step decide(Machine machine, Instant now, Function<PowerPolicy, Step> decision) {
    forget(machine.key());
    Optional<GroupSnapshot> group = machine.group().flatMap(fleet::group);
    GroupPolicy policy = group.map(GroupSnapshot::policy).orElse(GroupPolicy.NONE);
    Step step =
        decision.apply(
            PowerPolicy.of(machine, policy, neighbours(machine, group, policy, now), defaults));
    if (step.decision() instanceof Decision.PowerOn) {
      powerOns.put(machine.key(), now);
    } else if (step.decision() instanceof Decision.Adopt) {
      machine.group().ifPresent(joined -> adoptions.put(machine.key(), joined));
    }
    return step;
  }

  private Neighbours neighbours(
      Machine machine, Optional<GroupSnapshot> group, GroupPolicy policy, Instant now) {
    Optional<Instant> poweredOn =
        policy.limits().coolDown().isPresent()
            ? group.flatMap(all -> Share.lastPowerOn(all.machines(), powerOns))
            : Optional.empty();
    return new Neighbours(
        group.map(this::room).orElse(0), poweredOn, shares(machine, group, policy, now));
  }

  private int room(GroupSnapshot group) {
    return group.room(one -> group.key().equals(adoptions.get(one.key())));
  }

  private List<Share> shares(
      Machine machine, Optional<GroupSnapshot> group, GroupPolicy policy, Instant now) {
    if (!machine.desiredOn()) {
      return List.of();
    }
    List<Share> shares = new ArrayList<>();
    PowerUps ofGroup = defaults.powerUps(policy);
    if (group.isPresent() && ofGroup.limited()) {
      shares.add(
          share(
              Reason.WAITING_FOR_TURN,
              "group " + group.get().key().name(),
              ofGroup,
              machine,
              group.get().machines(),
              now));
    }
    machine
        .spec()
        .circuit()
        .filter(circuit -> defaults.circuits().limited())
        .map(
            circuit ->
                share(
                    Reason.CIRCUIT_BUSY,
                    "circuit " + circuit,
                    defaults.circuits(),
                    machine,
                    fleet.circuit(circuit),
                    now))
        .ifPresent(shares::add);
    return shares;
  }

  private Share share(
      Reason full,
      String name,
      PowerUps limit,
      Machine machine,
      Collection<Machine> all,
      Instant now) {
    List<Machine> others =
        all.stream().filter(other -> !other.key().equals(machine.key())).toList();
    return Share.of(
        full,
        name,
        limit,
        others,
        powerOns,
        (other, claimedAt) -> !claimedAt.plus(startup(other)).isAfter(now));
  }

  private Duration startup(Machine machine) {
    GroupPolicy policy =
        machine.group().flatMap(fleet::group).map(GroupSnapshot::policy).orElse(GroupPolicy.NONE);
    return PowerPolicy.of(machine, policy, 0, defaults).startup();
  }
}
