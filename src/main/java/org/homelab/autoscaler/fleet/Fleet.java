package org.homelab.autoscaler.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.homelab.autoscaler.fleet.Machine.Problem;

/**
 * All groups and machines as last seen. Events change it one at a time; whoever reads gets an
 * immutable snapshot of one group or machine without waiting. An event replaces the snapshot of its
 * own group only, so its cost does not grow with the fleet.
 */
public final class Fleet implements Observations {
  private final Function<ObjectKey, String> groupIds;
  private final Membership membership = new Membership();
  private final Map<ObjectKey, Declared> declared = new HashMap<>();
  private final JobIndex jobs = new JobIndex();
  private final Map<String, KubernetesNode> nodes = new ConcurrentHashMap<>();
  private final Map<ObjectKey, DeclaredGroup> groups = new HashMap<>();
  private final Map<ObjectKey, Machine> machines = new ConcurrentHashMap<>();
  private final Map<String, GroupSnapshot> snapshots = new ConcurrentSkipListMap<>();
  private final MachineIndex index = new MachineIndex();
  private final Sightings sightings = new Sightings();
  private final IdClaims ids = new IdClaims();
  private final PendingOrders orders = new PendingOrders();
  private final Assembly assembly;
  private volatile long version;

  /**
   * An empty fleet.
   *
   * @param groupIds how CA shall call a group; must be one to one
   */
  public Fleet(Function<ObjectKey, String> groupIds) {
    this(groupIds, RecipeBook.EMPTY);
  }

  /** An empty fleet of one namespace, whose machines can be switched by those recipes. */
  public Fleet(Function<ObjectKey, String> groupIds, RecipeBook recipes) {
    this(groupIds, recipes, InstanceIds.ofOneNamespace());
  }

  /**
   * An empty fleet.
   *
   * @param groupIds how CA shall call a group; must be one to one
   * @param recipes what machines can be switched by
   * @param instanceIds how CA shall call a machine that has not joined
   */
  public Fleet(Function<ObjectKey, String> groupIds, RecipeBook recipes, InstanceIds instanceIds) {
    this.groupIds = groupIds;
    this.assembly =
        new Assembly(membership, groups, nodes, jobs, sightings, orders, recipes, instanceIds);
  }

  /** All groups, by id. */
  public List<GroupSnapshot> groups() {
    return List.copyOf(snapshots.values());
  }

  /** Changes after each change of the groups; two that are equal are of the same groups. */
  public long version() {
    return version;
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
    return Optional.ofNullable(machines.get(key)).map(sightings::over);
  }

  /** What the probe of that machine's recipe has last seen. */
  public Optional<DeviceReading> reading(ObjectKey key) {
    return sightings.reading(key);
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

  /** The machines that name that electrical circuit, of whatever group. */
  public List<Machine> circuit(String name) {
    return index.circuit(name).stream().map(machines::get).filter(Objects::nonNull).toList();
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
    return publish(left.and(assemble(node.key())).and(assembleAll(left.machines())))
        .and(new Touched(concerned(machines.get(node.key())), Set.of()));
  }

  private Set<ObjectKey> concerned(Machine changed) {
    return Concern.of(changed, changed.group().flatMap(this::group), this::circuit);
  }

  /** A Node resource is gone. */
  public synchronized Touched removeMachine(ObjectKey key) {
    Declared gone = declared.remove(key);
    if (gone == null) {
      return Touched.NOTHING;
    }
    Set<ObjectKey> rivals = new LinkedHashSet<>(membership.remove(gone));
    rivals.addAll(ids.remove(key));
    orders.remove(key);
    Machine last = machines.remove(key);
    sightings.remove(key);
    index.remove(key);
    return publish(new Touched(Set.of(key), groupsOf(last)).and(assembleAll(rivals)));
  }

  /**
   * A Group resource is there or has changed. One whose policy is as it was, such as after a write
   * of its status, concerns no machine but those that its order names: they may be waiting for it,
   * also if its change is known already because we have made it.
   */
  public synchronized Touched apply(DeclaredGroup group) {
    DeclaredGroup known = groups.put(group.key(), group);
    Touched touched = new Touched(PendingOrders.named(group), Set.of(group.key()));
    Set<ObjectKey> affected = orders.put(group);
    boolean same =
        known != null
            && known.policy().equals(group.policy())
            && known.deleting() == group.deleting();
    return same
        ? publish(touched.and(assembleAll(affected)))
        : publish(
            touched
                .and(assembleAll(affected))
                .and(assembleAll(membership.put(group, declared.values()))));
  }

  /** A Group resource is gone; its members belong to no group now. */
  public synchronized Touched removeGroup(ObjectKey key) {
    DeclaredGroup gone = groups.remove(key);
    if (gone == null) {
      return Touched.NOTHING;
    }
    Set<ObjectKey> affected = new LinkedHashSet<>(membership.remove(key, declared.values()));
    affected.addAll(orders.remove(gone));
    snapshots.remove(groupIds.apply(key));
    version = version + 1;
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

  /**
   * {@inheritDoc}
   *
   * <p>What is merely seen once more reaches who asks for the machine, and no snapshot of its group
   * is made for it.
   */
  @Override
  public synchronized Touched record(ObjectKey key, Optional<Observation> observation) {
    Machine machine = machines.get(key);
    if (machine == null) {
      return Touched.NOTHING;
    }
    sightings.put(key, observation);
    boolean same =
        power(machine.observation())
            .equals(power(assembly.seen(machine.declared(), machine.group())));
    return same ? Touched.NOTHING : publish(assemble(key));
  }

  private static Optional<ObservedPower> power(Optional<Observation> observation) {
    return observation.map(Observation::power);
  }

  /** How that machine is checked: as it says itself, and else as its group says. */
  public HealthCheck healthCheck(Machine machine) {
    Optional<GroupSnapshot> group = machine.group().flatMap(this::group);
    return Assembly.healthCheck(machine.declared(), group.map(GroupSnapshot::declared));
  }

  /**
   * The probe of a machine's recipe has seen this; what is older than what is known is dropped. As
   * with {@link #record}, no snapshot is made where the power is as it was.
   *
   * @return what wants another look: also a machine under way, whose command waits for its answer
   */
  public synchronized Touched read(ObjectKey key, DeviceReading reading) {
    Machine machine = machines.get(key);
    Optional<DeviceReading> known = sightings.reading(key);
    if (machine == null || known.filter(last -> last.since(reading.at())).isPresent()) {
      return Touched.NOTHING;
    }
    sightings.put(key, reading);
    if (known.filter(last -> last.power() == reading.power()).isEmpty()) {
      return publish(assemble(key));
    }
    return machine.status().operation().isPresent()
        ? new Touched(Set.of(key), Set.of())
        : Touched.NOTHING;
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
    Machine assembled = assembly.machine(node);
    Set<ObjectKey> rivals = claimId(assembled);
    Machine now = identified(assembled);
    machines.put(key, now);
    index.put(now);
    var affected = new LinkedHashSet<>(groupsOf(before));
    affected.addAll(groupsOf(now));
    return new Touched(Set.of(key), affected).and(assembleAll(rivals));
  }

  /** Of two Nodes that describe one machine, only the one that keeps it has its id. */
  private Set<ObjectKey> claimId(Machine machine) {
    return machine.hasProblem(Problem.Code.DUPLICATE)
        ? ids.remove(machine.key())
        : ids.put(machine);
  }

  private Machine identified(Machine machine) {
    if (machine.hasProblem(Problem.Code.DUPLICATE)) {
      return machine;
    }
    ObjectKey owner = ids.owner(machine.instanceId());
    return owner.equals(machine.key())
        ? machine
        : machine.with(
            new Problem(
                Problem.Code.DUPLICATE_ID,
                "provider id %s is also that of Node %s, which keeps it: write another one into spec.providerID"
                    .formatted(machine.instanceId(), owner)));
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
    long next = version + 1;
    snapshots.put(id, new GroupSnapshot(id, group, members, next));
    // Last, so that whoever has read it finds the groups at least as new.
    version = next;
  }
}
