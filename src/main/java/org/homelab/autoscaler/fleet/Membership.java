package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.homelab.autoscaler.fleet.Machine.Problem;
import org.homelab.autoscaler.fleet.Machine.Problem.Code;

/**
 * Which machine belongs to which group, and which Node resources claim the same machine. The label
 * {@code group} comes first; else the one group whose nodeSelector fits.
 */
final class Membership {
  private final Map<ObjectKey, Set<ObjectKey>> members = new HashMap<>();
  private final Map<ObjectKey, ObjectKey> memberOf = new HashMap<>();
  private final Map<String, TreeSet<Claim>> claims = new HashMap<>();
  private final Map<ObjectKey, Claim> claimOf = new HashMap<>();
  private final Map<ObjectKey, DeclaredGroup> selecting = new TreeMap<>();

  /** Who came first keeps the machine. */
  private record Claim(String nodeName, Instant since, ObjectKey node)
      implements Comparable<Claim> {
    private static final Comparator<Claim> ORDER =
        Comparator.comparing(Claim::since).thenComparing(Claim::node);

    @Override
    public int compareTo(Claim other) {
      return ORDER.compare(this, other);
    }
  }

  record Verdict(Optional<ObjectKey> group, Optional<Problem> problem) {}

  /** Members of the group, in no order. */
  Set<ObjectKey> members(ObjectKey group) {
    return members.getOrDefault(group, Set.of());
  }

  /**
   * Takes in a Node; gives the group that it leaves and the Nodes that claim the machine it claims
   * now or claimed before, if that has changed.
   */
  Touched put(Declared node) {
    var claim = new Claim(node.spec().kubernetesNodeName(), node.createdAt(), node.key());
    Claim before = claimOf.put(node.key(), claim);
    Set<ObjectKey> rivals = new LinkedHashSet<>();
    if (!claim.equals(before)) {
      if (before != null) {
        rivals.addAll(unclaim(before));
      }
      rivals.addAll(claim(claim));
    }
    return join(node).and(new Touched(rivals, Set.of()));
  }

  /** Forgets a Node; gives those that claimed the same machine. */
  Set<ObjectKey> remove(Declared node) {
    leave(node.key());
    return unclaim(claimOf.remove(node.key()));
  }

  /** Takes in a Group; gives the Nodes that this may concern. */
  Set<ObjectKey> put(DeclaredGroup group, Collection<Declared> nodes) {
    if (group.policy().nodeSelector().isEmpty()) {
      selecting.remove(group.key());
    } else {
      selecting.put(group.key(), group);
    }
    return rejoin(group.key(), nodes);
  }

  /** Forgets a Group; gives the Nodes that this concerns. */
  Set<ObjectKey> remove(ObjectKey group, Collection<Declared> nodes) {
    selecting.remove(group);
    return rejoin(group, nodes);
  }

  /** Where a Node belongs, and what is wrong with it. */
  Verdict of(Declared node, Map<ObjectKey, DeclaredGroup> groups) {
    Optional<ObjectKey> group =
        Optional.ofNullable(memberOf.get(node.key())).filter(groups::containsKey);
    return new Verdict(group, problem(node, group.map(groups::get)));
  }

  private Optional<Problem> problem(Declared node, Optional<DeclaredGroup> group) {
    ObjectKey owner = owner(node);
    if (!owner.equals(node.key())) {
      return Optional.of(
          new Problem(
              Code.DUPLICATE,
              "spec.kubernetesNodeName is also that of Node "
                  + owner
                  + ", which keeps it: delete one of the two"));
    }
    if (node.invalid().isPresent()) {
      return node.invalid().map(message -> new Problem(Code.INVALID_SPEC, message));
    }
    if (group.isPresent()) {
      return group
          .filter(DeclaredGroup::deleting)
          .map(
              going ->
                  new Problem(
                      Code.NO_GROUP,
                      "Group "
                          + going.key().name()
                          + " is being deleted: label this Node group=<another> or delete it"));
    }
    List<ObjectKey> candidates = candidates(node);
    if (candidates.size() > 1) {
      return Optional.of(
          new Problem(
              Code.AMBIGUOUS_GROUP,
              "the nodeSelectors of Groups "
                  + candidates
                  + " all fit: label this Node group=<name> to say which"));
    }
    return Optional.of(
        new Problem(
            Code.NO_GROUP,
            node.groupLabel()
                .map(name -> "Group " + name + " does not exist: create it or fix label group")
                .orElse("no Group: label this Node group=<name>")));
  }

  private Touched join(Declared node) {
    Optional<ObjectKey> to = home(node);
    ObjectKey from = memberOf.get(node.key());
    if (to.isPresent() && to.get().equals(from)) {
      return Touched.NOTHING;
    }
    leave(node.key());
    to.ifPresent(
        group -> {
          memberOf.put(node.key(), group);
          members.computeIfAbsent(group, key -> new HashSet<>()).add(node.key());
        });
    return from == null ? Touched.NOTHING : new Touched(Set.of(), Set.of(from));
  }

  private Set<ObjectKey> rejoin(ObjectKey group, Collection<Declared> nodes) {
    var affected = new LinkedHashSet<>(members(group));
    for (Declared node : nodes) {
      if (node.key().namespace().equals(group.namespace())) {
        ObjectKey before = memberOf.get(node.key());
        join(node);
        ObjectKey now = memberOf.get(node.key());
        if (now == null || !now.equals(before) || now.equals(group)) {
          affected.add(node.key());
        }
      }
    }
    return affected;
  }

  private void leave(ObjectKey node) {
    ObjectKey group = memberOf.remove(node);
    if (group != null) {
      members.get(group).remove(node);
      if (members.get(group).isEmpty()) {
        members.remove(group);
      }
    }
  }

  private ObjectKey owner(Declared node) {
    TreeSet<Claim> claimants = claims.get(node.spec().kubernetesNodeName());
    return claimants == null ? node.key() : claimants.first().node();
  }

  /** Nobody claims the machine that has no name. */
  private Set<ObjectKey> claim(Claim claim) {
    if (claim.nodeName().isEmpty()) {
      return Set.of();
    }
    TreeSet<Claim> claimants = claims.computeIfAbsent(claim.nodeName(), name -> new TreeSet<>());
    Set<ObjectKey> rivals = claimants.stream().map(Claim::node).collect(Collectors.toSet());
    claimants.add(claim);
    return rivals;
  }

  private Set<ObjectKey> unclaim(Claim claim) {
    TreeSet<Claim> claimants = claims.get(claim.nodeName());
    if (claimants == null) {
      return Set.of();
    }
    claimants.remove(claim);
    if (claimants.isEmpty()) {
      claims.remove(claim.nodeName());
    }
    return claimants.stream().map(Claim::node).collect(Collectors.toSet());
  }

  private Optional<ObjectKey> home(Declared node) {
    if (node.groupLabel().isPresent()) {
      return node.groupLabel().map(name -> new ObjectKey(node.key().namespace(), name));
    }
    List<ObjectKey> candidates = candidates(node);
    return candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
  }

  private List<ObjectKey> candidates(Declared node) {
    return selecting.values().stream()
        .filter(group -> group.key().namespace().equals(node.key().namespace()))
        .filter(
            group -> node.labels().entrySet().containsAll(group.policy().nodeSelector().entrySet()))
        .map(DeclaredGroup::key)
        .toList();
  }
}
