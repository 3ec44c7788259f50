package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A Node resource as the API holds it, in the words of this house.
 *
 * @param generation of its spec
 * @param revision its resourceVersion, the precondition of every write
 * @param groupLabel name of the group it says it belongs to
 * @param release value of the release annotation
 * @param deleting whether it is being deleted
 * @param invalid what is wrong with it, naming the field and the fix; its spec then holds what
 *     could be read
 */
public record Declared(
    ObjectKey key,
    String uid,
    Instant createdAt,
    long generation,
    String revision,
    Map<String, String> labels,
    Optional<String> groupLabel,
    Optional<Hold> hold,
    Optional<String> release,
    boolean deleting,
    Optional<String> invalid,
    MachineSpec spec,
    MachineStatus status) {
  public Declared {
    labels = Map.copyOf(labels);
  }

  /** The same with another status, as a write of ours left it. */
  public Declared with(MachineStatus status) {
    return new Declared(
        key,
        uid,
        createdAt,
        generation,
        revision,
        labels,
        groupLabel,
        hold,
        release,
        deleting,
        invalid,
        spec,
        status);
  }
}
