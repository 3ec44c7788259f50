package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.api.Api;
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
 */
public record Machine(
    Declared declared,
    Optional<ObjectKey> group,
    Optional<Problem> problem,
    Optional<KubernetesNode> node,
    List<PowerJob> jobs,
    Optional<DrainView> drain) {
  public Machine {
    jobs = List.copyOf(jobs);
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
      INVALID_SPEC
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

  /** Whether its owner or CA wants it on. */
  public boolean desiredOn() {
    return spec().desired() == PowerState.ON;
  }

  /** Whether its Kubernetes node is there and Ready. */
  public boolean nodeReady() {
    return node.map(KubernetesNode::ready).orElse(false);
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

  /** The recipe that switches it: the prefix of its Kamelets' names. */
  public String recipe() {
    return "job";
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
   * The id under which CA knows it: that of its Kubernetes node, else the declared one, else the
   * one remembered, else {@code homelab://} and its name.
   */
  public String instanceId() {
    return node.flatMap(KubernetesNode::providerId)
        .or(() -> spec().providerId())
        .or(() -> status().providerId())
        .orElseGet(() -> Api.PROVIDER_ID_SCHEME + name());
  }

  /** Ids under which CA may have known it before its Kubernetes node came with another. */
  public Set<String> otherInstanceIds() {
    Set<String> others = new HashSet<>(Set.of(Api.PROVIDER_ID_SCHEME + name()));
    spec().providerId().ifPresent(others::add);
    status().providerId().ifPresent(others::add);
    others.remove(instanceId());
    return others;
  }

  /** The same with a fresh look at its pods. */
  public Machine with(DrainView drain) {
    return new Machine(declared, group, problem, node, jobs, Optional.of(drain));
  }

  /** The same with another status. */
  public Machine with(MachineStatus status) {
    return new Machine(declared.with(status), group, problem, node, jobs, drain);
  }
}
