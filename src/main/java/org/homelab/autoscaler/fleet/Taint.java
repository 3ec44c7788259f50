package org.homelab.autoscaler.fleet;

/** A taint of a Kubernetes node. */
public record Taint(String key, String value, String effect) {
  /** Set by CA on a Kubernetes node that it is about to remove. */
  public static final String TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler";

  /** Set by CA on a Kubernetes node that it may remove soon. */
  public static final String DELETION_CANDIDATE = "DeletionCandidateOfClusterAutoscaler";

  private static final String CONDITION_PREFIX = "node.kubernetes.io/";

  /** Whether it is neither CA's nor one that Kubernetes sets for a passing condition. */
  public boolean permanent() {
    return !key.equals(TO_BE_DELETED)
        && !key.equals(DELETION_CANDIDATE)
        && !key.startsWith(CONDITION_PREFIX);
  }
}
