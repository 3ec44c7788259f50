package org.homelab.autoscaler.cloudprovider;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Neighbours;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Share;

/**
 * A group as the Cluster Autoscaler is to see it at one instant. Every answer and every plan about
 * the group is taken from one of these, so that target size and instances agree within it.
 *
 * @param members all machines of the group, by name
 * @param dryRun whether orders for the group are only told and not carried out
 */
record GroupView(GroupSnapshot snapshot, List<Member> members, boolean dryRun) {
  /**
   * Who is picked first: machines that did not fail last, then the cheapest to run, then those
   * longest off, which spreads the wear, then by name.
   */
  private static final Comparator<Member> PICK =
      Comparator.<Member>comparingInt(GroupView::failures)
          .thenComparing(GroupView::rate, Comparator.comparing(Optional::isEmpty))
          .thenComparing(member -> GroupView.rate(member).orElse(BigDecimal.ZERO))
          .thenComparing(member -> member.machine().status().lastShutdown().orElse(Instant.MIN))
          .thenComparing(member -> member.machine().key());

  GroupView {
    members = List.copyOf(members);
  }

  static GroupView of(GroupSnapshot snapshot, PowerPolicy.Defaults defaults, Instant now) {
    var neighbours = new Neighbours(0, poweredOn(snapshot), List.of());
    List<Member> members =
        snapshot.machines().stream()
            .map(machine -> Member.of(machine, snapshot.policy(), neighbours, defaults, now))
            .toList();
    boolean dryRun = defaults.dryRun() || snapshot.policy().dryRun();
    return new GroupView(snapshot, members, dryRun);
  }

  private static Optional<Instant> poweredOn(GroupSnapshot snapshot) {
    return snapshot.policy().limits().coolDown().isPresent()
        ? Share.lastPowerOn(snapshot.machines(), Map.of())
        : Optional.empty();
  }

  String id() {
    return snapshot.id();
  }

  /** Members that count: what CA asked for and, where people switch by hand, what they did. */
  int target() {
    return (int) members.stream().filter(member -> member.standing().counted()).count();
  }

  /** Members of that standing, in the order in which an increase picks. */
  List<Member> standing(Standing standing) {
    return members.stream().filter(member -> member.standing() == standing).sorted(PICK).toList();
  }

  Optional<Member> member(ObjectKey machine) {
    return members.stream().filter(member -> member.machine().key().equals(machine)).findFirst();
  }

  /** Fewest machines that CA may leave on. */
  int floor() {
    return snapshot.policy().minSize();
  }

  /** Most machines that may be on by CA's order; every member where the owner sets no limit. */
  int ceiling() {
    return snapshot.policy().maxSize().orElse(members.size());
  }

  /**
   * The maximum told to CA: what is on and what could be picked now, up to the ceiling. CA so never
   * asks in vain, which it would answer by leaving the group alone for minutes. Never below the
   * target size, which a person may have taken beyond the ceiling.
   */
  int maxSize() {
    boolean closed = dryRun || refusal().isPresent();
    int usable = target() + (closed ? 0 : standing(Standing.AVAILABLE).size());
    return Math.max(target(), Math.min(ceiling(), usable));
  }

  /** The minimum told to CA: the floor, as far as there are machines for it. */
  int minSize() {
    return Math.min(floor(), maxSize());
  }

  /** Why the group may not grow at all, if so. */
  Optional<String> refusal() {
    return snapshot.declared().deleting()
        ? Optional.of("group " + id() + " is being deleted")
        : snapshot.declared().invalid().map(why -> "group " + id() + ": " + why);
  }

  /** Names and reasons of the members that are off limits, for messages. */
  String unavailable() {
    return members.stream()
        .filter(member -> member.standing() == Standing.UNAVAILABLE)
        .map(member -> member.machine().name() + " (" + member.why() + ")")
        .collect(Collectors.joining(", "));
  }

  private static int failures(Member member) {
    return member.machine().status().failure().map(failure -> failure.count()).orElse(0);
  }

  private static Optional<BigDecimal> rate(Member member) {
    return member.machine().spec().price().map(price -> price.hourlyRate());
  }
}
