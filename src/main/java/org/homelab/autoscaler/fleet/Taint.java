package org.homelab.autoscaler.fleet;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** A taint of a Kubernetes node. */
public record Taint(String key, String value, String effect) {
  /** Set by CA on a Kubernetes node that it is about to remove. */
  public static final String TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler";

  /** Set by CA on a Kubernetes node that it may remove soon. */
  public static final String DELETION_CANDIDATE = "DeletionCandidateOfClusterAutoscaler";

  private static final String CONDITION_PREFIX = "node.kubernetes.io/";
  private static final String CLOUD_PREFIX = "node.cloudprovider.kubernetes.io/";

  /** The time that its value says in seconds, as CA writes it; long ago if it says none. */
  public Instant secondsInValue() {
    try {
      return Instant.ofEpochSecond(Long.parseLong(value));
    } catch (NumberFormatException | DateTimeException none) {
      return Instant.EPOCH;
    }
  }

  /** Whether it is the same taint, whatever its value. */
  public boolean is(Taint other) {
    return key.equals(other.key()) && effect.equals(other.effect());
  }

  /** Whether pods that do not tolerate it must go at once. */
  public boolean evicts() {
    return effect.equals("NoExecute");
  }

  /** Those taints and the others, which take the place of the same ones. */
  public static List<Taint> joined(List<Taint> taints, List<Taint> others) {
    return Stream.concat(
            taints.stream().filter(taint -> others.stream().noneMatch(taint::is)), others.stream())
        .toList();
  }

  /** Whether it is neither CA's nor one that Kubernetes sets for a passing condition. */
  public boolean permanent() {
    return !key.equals(TO_BE_DELETED)
        && !key.equals(DELETION_CANDIDATE)
        && !key.startsWith(CONDITION_PREFIX)
        && !key.startsWith(CLOUD_PREFIX);
  }
}
