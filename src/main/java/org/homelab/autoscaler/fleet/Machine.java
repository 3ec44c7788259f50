package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;

/**
 * One physical machine at one instant: what its owner wants, what is persisted and what is seen.
 *
 * @param group key of the group it belongs to
 * @param problem why it cannot be acted on, naming the fix
 * @param node its Kubernetes node, if it has joined
 * @param jobs its power Jobs that still exist, oldest first, whichever Node resource they were made
 *     for
 * @param drain its pods, if somebody looked
 * @param observation what its probes say; empty if nothing but its Kubernetes node tells of its
 *     power
 * @param power how it is switched
 * @param template what its owner and its group's owner want its Kubernetes node to look like
 * @param reading what its recipe's probe last saw
 * @param promisedId the id under which CA knows it until its Kubernetes node comes with one
 * @param pendingOrder the order that wrote its powerState, as long as that may be taken back
 */
public record Machine(
    Declared declared,
    Optional<ObjectKey> group,
    Optional<Problem> problem,
    Optional<KubernetesNode> node,
    List<PowerJob> jobs,
    Optional<DrainView> drain,
    Optional<Observation> observation,
    PowerPlan power,
    Optional<Template> template,
    Optional<DeviceReading> reading,
    InstanceIds.Promise promisedId,
    Optional<OrderMark> pendingOrder) {
  /** A machine with a plain id that no order is being written for. */
  public Machine(
      Declared declared,
      Optional<ObjectKey> group,
      Optional<Problem> problem,
      Optional<KubernetesNode> node,
      List<PowerJob> jobs,
      Optional<DrainView> drain,
      Optional<Observation> observation,
      PowerPlan power,
      Optional<DeviceReading> reading) {
    this(
        declared,
        group,
        problem,
        node,
        jobs,
        drain,
        observation,
        power,
        declared.spec().template(),
        reading,
        InstanceIds.ofOneNamespace().of(declared, Optional.empty()),
        Optional.empty());
  }

  /** A machine that is switched by pods, which no probe looks at. */
  public Machine(
      Declared declared,
      Optional<ObjectKey> group,
      Optional<Problem> problem,
      Optional<KubernetesNode> node,
      List<PowerJob> jobs,
      Optional<DrainView> drain,
      Optional<Observation> observation) {
    this(
        declared, group, problem, node, jobs, drain, observation, PowerPlan.JOBS, Optional.empty());
  }

  public Machine {
    jobs = List.copyOf(jobs);
  }

  /** One without probes, with a plain id, that no order is being written for. */
  public Machine(
      Declared declared,
      Optional<ObjectKey> group,
      Optional<Problem> problem,
      Optional<KubernetesNode> node,
      List<PowerJob> jobs,
      Optional<DrainView> drain) {
    this(declared, group, problem, node, jobs, drain, Optional.empty());
  }

  /**
   * Why a machine cannot be acted on.
   *
   * @param code what kind of problem it is
   * @param message names the field and the fix
   */
  public record Problem(Code code, String message) {
    /** Kinds of problems. */
    public enum Code {
      NO_GROUP,
      AMBIGUOUS_GROUP,
      DUPLICATE,
      INVALID_SPEC,
      DUPLICATE_ID
    }
  }

  public ObjectKey key() {
    return declared.key();
  }

  public String name() {
    return declared.key().name();
  }

  public MachineSpec spec() {
    return declared.spec();
  }

  public MachineStatus status() {
    return declared.status();
  }

  /** Whether that is what is wrong with it. */
  public boolean hasProblem(Problem.Code code) {
    return problem.filter(found -> found.code() == code).isPresent();
  }

  /** Whether its owner or CA wants it on. */
  public boolean desiredOn() {
    return spec().desired() == PowerState.ON;
  }

  /** Whether its Kubernetes node is there and Ready. */
  public boolean nodeReady() {
    return node.map(KubernetesNode::ready).orElse(false);
  }

  /**
   * Whether its Kubernetes node is what is left of a machine that was switched off: it registered
   * before that, and the machine was neither powered on nor seen Ready since.
   */
  public boolean nodeLeftOver() {
    Instant off = status().lastShutdown().orElse(Instant.MIN);
    boolean last = status().lastStartup().filter(up -> up.isAfter(off)).isEmpty();
    return status().progress() == Progress.SHUTDOWN
        && status().power() == ObservedPower.OFF
        && last
        && node.filter(left -> !left.ready() && !left.created().isAfter(off)).isPresent();
  }

  /** Whether it is part of the control plane; one that is deaf and was deleted is so still. */
  public boolean controlPlane() {
    return node.map(KubernetesNode::controlPlane)
        .or(() -> status().template().map(Template::controlPlane))
        .orElse(false);
  }

  /** The hold in force, if any. */
  public Optional<Hold> hold(Instant now) {
    return declared.hold().filter(hold -> hold.activeAt(now));
  }

  /** The maintenance in force, if any. */
  public Optional<Hold> maintenance(Instant now) {
    return declared.maintenance().filter(work -> work.activeAt(now));
  }

  /** The order in force to keep it on, if any. */
  public Optional<Hold> keepOn(Instant now) {
    return declared.keepOn().filter(order -> order.activeAt(now));
  }

  /** Name of the recipe that switches it: the prefix of its Kamelets' names. */
  public String recipe() {
    return power.first().name();
  }

  /** Its Job of that name. */
  public Optional<PowerJob> job(String name) {
    var wanted = new ObjectKey(key().namespace(), name);
    return jobs.stream().filter(job -> job.key().equals(wanted)).findFirst();
  }

  /** A Job of it that may still switch it, if any. */
  public Optional<PowerJob> liveJob() {
    return jobs.stream().filter(PowerJob::live).findFirst();
  }

  /**
   * The id under which CA knows it: that of its Kubernetes node, else the one that its Kubernetes
   * node will have.
   */
  public String instanceId() {
    return node.flatMap(KubernetesNode::providerId).orElse(promisedId.id());
  }

  /** Ids under which CA may have known it before its Kubernetes node came with another. */
  public Set<String> otherInstanceIds() {
    Set<String> others = new HashSet<>(List.of(promisedId.id(), promisedId.plain()));
    spec().providerId().ifPresent(others::add);
    status().providerId().ifPresent(others::add);
    others.remove(instanceId());
    return others;
  }

  /**
   * Whether nothing tells that its last power-on had any effect: it was not Ready since, has no
   * Kubernetes node but one that is kept, and no probe sees it on, nor has the recipe's since.
   */
  public boolean neverCame() {
    return node.filter(it -> !it.suspended()).isEmpty()
        && !seenOn()
        && status().poweredOnInVain().filter(claimed -> !deviceSawOn(claimed)).isPresent();
  }

  private boolean deviceSawOn(Instant since) {
    return reading
        .filter(seen -> seen.power() == ObservedPower.ON && seen.since(since))
        .isPresent();
  }

  /** The same with a fresh look at its pods. */
  public Machine with(DrainView drain) {
    return with(declared, problem, Optional.of(drain), observation, reading);
  }

  /** The same with another status. */
  public Machine with(MachineStatus status) {
    return with(declared.with(status), problem, drain, observation, reading);
  }

  /** The same with what its probes say now. */
  public Machine observed(Optional<Observation> observation) {
    return seen(observation, reading);
  }

  /** The same with what its probes and its recipe's probe say now. */
  Machine seen(Optional<Observation> observation, Optional<DeviceReading> reading) {
    return with(declared, problem, drain, observation, reading);
  }

  /** The same with that problem, unless it has another. */
  Machine with(Problem other) {
    return with(declared, problem.or(() -> Optional.of(other)), drain, observation, reading);
  }

  private Machine with(
      Declared declared,
      Optional<Problem> problem,
      Optional<DrainView> drain,
      Optional<Observation> observation,
      Optional<DeviceReading> reading) {
    return new Machine(
        declared,
        group,
        problem,
        node,
        jobs,
        drain,
        observation,
        power,
        template,
        reading,
        promisedId,
        pendingOrder);
  }

  /** Whether its probes say that it is on. */
  public boolean seenOn() {
    return observation.filter(seen -> seen.power() == ObservedPower.ON).isPresent();
  }

  /** The same with what its recipe's probe saw. */
  public Machine with(DeviceReading seen) {
    return seen(observation, Optional.of(seen));
  }
}
