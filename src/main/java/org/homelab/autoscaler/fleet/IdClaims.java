package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which machine an instance id belongs to when several would have it: the one whose Kubernetes node
 * came with it, else the one whose Node was there first.
 */
final class IdClaims {
  private final Map<String, TreeSet<Claim>> claims = new HashMap<>();
  private final Map<ObjectKey, Claim> claimOf = new HashMap<>();

  private record Claim(String id, Rank rank, Instant since, ObjectKey machine)
      implements Comparable<Claim> {
    private static final Comparator<Claim> ORDER =
        Comparator.comparing(Claim::rank).thenComparing(Claim::since).thenComparing(Claim::machine);

    @Override
    public int compareTo(Claim other) {
      return ORDER.compare(this, other);
    }
  }

  /** What a claim rests on; the first weighs most. */
  private enum Rank {
    JOINED,
    PROMISED
  }

  /** Takes in a machine's id; gives the machines that this may concern, if it has changed. */
  Set<ObjectKey> put(Machine machine) {
    Rank rank =
        machine.node().flatMap(KubernetesNode::providerId).isPresent()
            ? Rank.JOINED
            : Rank.PROMISED;
    var claim =
        new Claim(machine.instanceId(), rank, machine.declared().createdAt(), machine.key());
    if (claim.equals(claimOf.get(machine.key()))) {
      return Set.of();
    }
    Set<ObjectKey> rivals = new HashSet<>(remove(machine.key()));
    claimOf.put(machine.key(), claim);
    TreeSet<Claim> claimants = claims.computeIfAbsent(claim.id(), id -> new TreeSet<>());
    claimants.forEach(other -> rivals.add(other.machine()));
    claimants.add(claim);
    return rivals;
  }

  /** Forgets a machine; gives those that claim the same id. */
  Set<ObjectKey> remove(ObjectKey machine) {
    Claim claim = claimOf.remove(machine);
    if (claim == null) {
      return Set.of();
    }
    TreeSet<Claim> claimants = claims.get(claim.id());
    claimants.remove(claim);
    if (claimants.isEmpty()) {
      claims.remove(claim.id());
    }
    return claimants.stream().map(Claim::machine).collect(Collectors.toSet());
  }

  /** The machine that has the id. */
  ObjectKey owner(String id) {
    return claims.get(id).first().machine();
  }
}
