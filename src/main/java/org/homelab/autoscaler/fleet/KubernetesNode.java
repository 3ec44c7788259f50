package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the API says of a Kubernetes node (core/v1).
 *
 * @param ready whether its Ready condition is True
 * @param readyChanged when that condition last changed; creation where there is none
 * @param unschedulable whether it is cordoned
 * @param cordonedByUs whether the cordon is ours
 * @param providerId its spec.providerID, if set
 */
public record KubernetesNode(
    String name,
    String uid,
    boolean ready,
    Instant readyChanged,
    boolean unschedulable,
    boolean cordonedByUs,
    Optional<String> providerId,
    Map<String, String> labels,
    List<Taint> taints,
    Map<String, String> capacity,
    Map<String, String> allocatable) {
  public KubernetesNode {
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
    capacity = Map.copyOf(capacity);
    allocatable = Map.copyOf(allocatable);
  }

  /** Whether it carries a control-plane role. */
  public boolean controlPlane() {
    return Template.controlPlane(labels);
  }

  /** Whether CA has marked it for removal. */
  public boolean toBeDeleted() {
    return taints.stream().anyMatch(taint -> taint.key().equals(Taint.TO_BE_DELETED));
  }
}
