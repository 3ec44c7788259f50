package org.homelab.autoscaler.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * All groups and machines as last seen. Events change it one at a time; whoever reads gets an
 * immutable snapshot of one group or machine without waiting. An event replaces the snapshot of its
 * own group only, so its cost does not grow with the fleet.
 */
public final class Fleet {
  private final Function<ObjectKey, String> groupIds;
  private final Membership membership = new Membership();
  private final Map<ObjectKey, Declared> declared = new HashMap<>();
  private final JobIndex jobs = new JobIndex();
  private final Map<String, KubernetesNode> nodes = new ConcurrentHashMap<>();
  private final Map<ObjectKey, DeclaredGroup> groups = new HashMap<>();
  private final Map<ObjectKey, Machine> machines = new ConcurrentHashMap<>();
  private final Map<String, GroupSnapshot> snapshots = new ConcurrentHashMap<>();
  private final MachineIndex index = new MachineIndex();
  private long version;

  /**
   * An empty fleet.
   *
   * @param groupIds how CA shall call a group; must be one to one
   */
  public Fleet(Function<ObjectKey, String> groupIds) {
    this.groupIds = groupIds;
  }

  /** All groups, by id. */
  public List<GroupSnapshot> groups() {
    return snapshots.values().stream().sorted(Comparator.comparing(GroupSnapshot::id)).toList();
  }

  /** The group that CA calls so. */
  public Optional<GroupSnapshot> group(String id) {
    return Optional.ofNullable(snapshots.get(id));
  }

  /** The group of that key. */
  public Optional<GroupSnapshot> group(ObjectKey key) {
    return group(groupIds.apply(key));
  }

  /** The machine of that key. */
  public Optional<Machine> machine(ObjectKey key) {
    return Optional.ofNullable(machines.get(key));
  }

  /** All machines, members of a group or not. */
  public Collection<Machine> machines() {
    return List.copyOf(machines.values());
  }

  /** The machine that joins as the Kubernetes node of that name. */
  public Optional<Machine> machineByNodeName(String nodeName) {
    return index.byNodeName(nodeName).flatMap(this::machine);
  }

  /** The machine that CA knows by that id, or has known by it. */
  public Optional<Machine> machineByInstanceId(String instanceId) {
    return index.byInstanceId(instanceId).flatMap(this::machine);
  }

  /** The Kubernetes node of that name, one of ours or not. */
  public Optional<KubernetesNode> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  /** Every Kubernetes node, ours or not. */
  public Collection<KubernetesNode> nodes() {
    return List.copyOf(nodes.values());
  }

  /** All that there is, for a look at everything. */
  public synchronized Touched everything() {
    return new Touched(declared.keySet(), groups.keySet());
  }

  /** A Node resource is there or has changed. An older revision than the one known is ignored. */
  public synchronized Touched apply(Declared node) {
    Declared known = declared.get(node.key());
    if (known != null && known.uid().equals(node.uid()) && newer(known, node)) {
      return Touched.NOTHING;
    }
    declared.put(node.key(), node);
    jobs.learn(node.key(), node.spec().kubernetesNodeName());
    Touched left = membership.put(node);
    return publish(left.and(assemble(node.key())).and(assembleAll(left.machines())));
  }

  /** A Node resource is gone. */
  public synchronized Touched removeMachine(ObjectKey key) {
    Declared gone = declared.remove(key);
    if (gone == null) {
      return Touched.NOTHING;
    }
    Set<ObjectKey> rivals = membership.remove(gone);
    Machine last = machines.remove(key);
    index.remove(key);
    return publish(new Touched(Set.of(key), groupsOf(last)).and(assembleAll(rivals)));
  }

  /**
   * A Group resource is there or has changed. One whose policy is as it was, such as after a write
   * of its status, concerns no machine.
   */
  public synchronized Touched apply(DeclaredGroup group) {
    DeclaredGroup known = groups.put(group.key(), group);
    Touched itself = new Touched(Set.of(), Set.of(group.key()));
    return known != null && known.policy().equals(group.policy())
        ? publish(itself)
        : publish(itself.and(assembleAll(membership.put(group, declared.values()))));
  }

  /** A Group resource is gone; its members belong to no group now. */
  public synchronized Touched removeGroup(ObjectKey key) {
    if (groups.remove(key) == null) {
      return Touched.NOTHING;
    }
    Set<ObjectKey> affected = membership.remove(key, declared.values());
    snapshots.remove(groupIds.apply(key));
    return publish(assembleAll(affected).and(new Touched(Set.of(), Set.of(key))));
  }

  /** A Kubernetes node is there or has changed. */
  public synchronized Touched apply(KubernetesNode node) {
    nodes.put(node.name(), node);
    return lookAtOwner(node.name());
  }

  /** A Kubernetes node is gone. */
  public synchronized Touched removeNode(String name) {
    nodes.remove(name);
    return lookAtOwner(name);
  }

  /** A power Job is there or has changed. */
  public synchronized Touched apply(PowerJob job) {
    Optional<Declared> owner = Optional.ofNullable(declared.get(job.machine()));
    jobs.put(job, owner.map(node -> node.spec().kubernetesNodeName()));
    return publish(assembleAll(concerned(job)));
  }

  /** A power Job is gone. */
  public synchronized Touched removeJob(PowerJob job) {
    Set<ObjectKey> concerned = concerned(job);
    return jobs.remove(job) ? publish(assembleAll(concerned)) : Touched.NOTHING;
  }

  private static boolean newer(Declared known, Declared other) {
    try {
      return Long.parseLong(known.revision()) > Long.parseLong(other.revision());
    } catch (NumberFormatException notComparable) {
      return false;
    }
  }

  private Set<ObjectKey> concerned(PowerJob job) {
    var concerned = new LinkedHashSet<ObjectKey>();
    concerned.add(job.machine());
    jobs.nodeName(job).flatMap(index::byNodeName).ifPresent(concerned::add);
    return concerned;
  }

  private Touched lookAtOwner(String nodeName) {
    return index
        .byNodeName(nodeName)
        .map(owner -> publish(assemble(owner)))
        .orElse(Touched.NOTHING);
  }

  private Touched publish(Touched touched) {
    touched.groups().forEach(this::snapshot);
    return touched;
  }

  private Touched assembleAll(Set<ObjectKey> keys) {
    Touched touched = Touched.NOTHING;
    for (ObjectKey key : keys) {
      touched = touched.and(assemble(key));
    }
    return touched;
  }

  private Touched assemble(ObjectKey key) {
    Declared node = declared.get(key);
    if (node == null) {
      return Touched.NOTHING;
    }
    Machine before = machines.get(key);
    Machine now = machine(node);
    machines.put(key, now);
    index.put(now);
    var affected = new LinkedHashSet<>(groupsOf(before));
    affected.addAll(groupsOf(now));
    return new Touched(Set.of(key), affected);
  }

  private Machine machine(Declared node) {
    Membership.Verdict verdict = membership.of(node, groups);
    return new Machine(
        node,
        verdict.group(),
        verdict.problem(),
        Optional.ofNullable(nodes.get(node.spec().kubernetesNodeName())),
        jobs.of(node),
        Optional.empty());
  }

  private static Set<ObjectKey> groupsOf(Machine machine) {
    return machine == null ? Set.of() : machine.group().map(Set::of).orElse(Set.of());
  }

  private void snapshot(ObjectKey key) {
    DeclaredGroup group = groups.get(key);
    if (group == null) {
      return;
    }
    List<Machine> members = new ArrayList<>();
    for (ObjectKey member : new TreeSet<>(membership.members(key))) {
      Machine machine = machines.get(member);
      if (machine != null && machine.group().filter(key::equals).isPresent()) {
        members.add(machine);
      }
    }
    String id = groupIds.apply(key);
    snapshots.put(id, new GroupSnapshot(id, group, members, ++version));
  }
}
