package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the API says of a Kubernetes node (core/v1).
 *
 * @param created when it registered, by the API server's clock
 * @param ready whether its Ready condition is True
 * @param readyChanged when that condition last changed; creation where there is none
 * @param unschedulable whether it is cordoned
 * @param cordonedByUs whether the cordon is ours
 * @param cordonedByAPerson whether the cordon is neither ours nor CA's
 * @param suspended whether its condition Suspended is True
 * @param kept whether the Cluster Autoscaler is told to leave it on, and by whom
 * @param providerId its spec.providerID, if set
 */
public record KubernetesNode(
    String name,
    String uid,
    Instant created,
    boolean ready,
    Instant readyChanged,
    boolean unschedulable,
    boolean cordonedByUs,
    boolean cordonedByAPerson,
    boolean suspended,
    Kept kept,
    Optional<String> providerId,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<Taint> taints,
    Map<String, String> capacity,
    Map<String, String> allocatable) {
  /** Who has told the Cluster Autoscaler to leave a Kubernetes node on. */
  public enum Kept {
    NO,
    BY_US,
    BY_OTHERS
  }

  public KubernetesNode {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    taints = List.copyOf(taints);
    capacity = Map.copyOf(capacity);
    allocatable = Map.copyOf(allocatable);
  }

  /** Whether it carries a control-plane role. */
  public boolean controlPlane() {
    return Template.controlPlane(labels);
  }

  /** Whether CA had marked it for removal by that time. */
  public boolean toBeDeletedBy(Instant time) {
    return taints.stream()
        .filter(taint -> taint.key().equals(Taint.TO_BE_DELETED))
        .anyMatch(taint -> !taint.secondsInValue().isAfter(time));
  }

  /** Whether CA has marked it for removal. */
  public boolean toBeDeleted() {
    return taints.stream().anyMatch(taint -> taint.key().equals(Taint.TO_BE_DELETED));
  }
}
