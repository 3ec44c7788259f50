package org.homelab.autoscaler.page;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.cloudprovider.GroupSizes;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.kubernetes.FleetFeed;
import org.homelab.autoscaler.kubernetes.PodTally;
import org.homelab.autoscaler.power.PowerPolicy;

/** Draws the whole page from what is known now. Asks nobody: every part is in memory. */
public final class RackSource implements Supplier<RackView> {
  private static final int NAMED = 3;

  private final Fleet fleet;
  private final FleetFeed feed;
  private final PodTally pods;
  private final BiFunction<Machine, GroupSnapshot, PowerPolicy> policies;
  private final Function<GroupSnapshot, GroupSizes> sizes;
  private final Supplier<RackView.Head> head;
  private final Energies energies;
  private final Clock clock;
  private final Map<ObjectKey, Request> requests = new ConcurrentHashMap<>();

  /** What was asked for a machine and which pods waited when we first saw it. */
  private record Request(String words, Optional<String> pending) {}

  /**
   * A source.
   *
   * @param policies the rules a machine is decided by, for the times that lie ahead
   * @param sizes what the Cluster Autoscaler is told of a group
   * @param head what concerns everything
   */
  public RackSource(
      Fleet fleet,
      FleetFeed feed,
      PodTally pods,
      BiFunction<Machine, GroupSnapshot, PowerPolicy> policies,
      Function<GroupSnapshot, GroupSizes> sizes,
      Supplier<RackView.Head> head,
      Energies energies,
      Clock clock) {
    this.fleet = fleet;
    this.feed = feed;
    this.pods = pods;
    this.policies = policies;
    this.sizes = sizes;
    this.head = head;
    this.energies = energies;
    this.clock = clock;
  }

  @Override
  public RackView get() {
    Instant now = clock.instant();
    List<GroupCard> groups = new ArrayList<>();
    List<MachineCard> machines = new ArrayList<>();
    for (GroupSnapshot group : fleet.groups()) {
      List<MachineCard> members = members(group, now);
      machines.addAll(members);
      groups.add(card(group, members));
    }
    fleet.machines().stream()
        .filter(machine -> machine.group().isEmpty())
        .sorted(Comparator.comparing(Machine::key))
        .flatMap(machine -> card(machine, Optional.empty(), now).stream())
        .forEach(machines::add);
    return new RackView(head.get(), groups, machines);
  }

  /** The card of one machine, if there is such a machine. */
  public Optional<MachineCard> machine(ObjectKey key) {
    return fleet
        .machine(key)
        .flatMap(machine -> card(machine, machine.group().flatMap(fleet::group), clock.instant()));
  }

  private List<MachineCard> members(GroupSnapshot group, Instant now) {
    return group.machines().stream()
        .map(machine -> fleet.machine(machine.key()).orElse(machine))
        .flatMap(machine -> card(machine, Optional.of(group), now).stream())
        .toList();
  }

  private GroupCard card(GroupSnapshot group, List<MachineCard> members) {
    GroupSizes told = sizes.apply(group);
    return new GroupCard(
        group.id(),
        group.key().toString(),
        told.min(),
        told.max(),
        told.target(),
        (int) group.machines().stream().filter(Machine::nodeReady).count(),
        members.size(),
        group.declared().invalid().orElse(null),
        energies.account(group.key()).map(GroupCard.Energy::of).orElse(null));
  }

  private Optional<MachineCard> card(Machine machine, Optional<GroupSnapshot> group, Instant now) {
    return feed.storedMachine(machine.key())
        .map(
            stored ->
                new MachineCards(
                        machine,
                        stored,
                        policies.apply(machine, group.orElse(null)),
                        pods.on(machine.spec().kubernetesNodeName()),
                        now)
                    .card(
                        group.map(GroupSnapshot::id),
                        pending(machine.key(), stored),
                        energies.draw(machine)));
  }

  /** Pods that waited when a new order for the machine was first seen. */
  private Optional<String> pending(ObjectKey key, Node stored) {
    String words =
        Optional.ofNullable(stored.getMetadata().getAnnotations())
            .map(annotations -> annotations.getOrDefault(Api.REQUESTED_BY_ANNOTATION, ""))
            .orElse("");
    return requests
        .compute(
            key,
            (machine, known) ->
                known != null && known.words().equals(words)
                    ? known
                    : new Request(words, known == null ? Optional.empty() : waiting()))
        .pending();
  }

  private Optional<String> waiting() {
    int count = pods.waiting();
    if (count == 0) {
      return Optional.empty();
    }
    List<String> some = pods.waiting(NAMED);
    String names = String.join(", ", some);
    return Optional.of(
        count > some.size() ? names + " and " + (count - some.size()) + " more" : names);
  }
}
