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
 * @param maintenance a person's word that the machine is being worked on
 * @param keepOn a person's word that the machine is not to be given up
 * @param givenUp value of the annotation by which CA gave a power-on up as lost: its number
 * @param deleting whether it is being deleted
 * @param inCharge whether our finalizer keeps it until the machine has been let go
 * @param invalid what is wrong with it, naming the field and the fix; its spec then holds what
 *     could be read
 * @param powerSpec fingerprint of all of its spec that bears on power, but for the desired power
 * @param order the order that wrote its powerState, unless a person did
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
    Optional<Hold> maintenance,
    Optional<Hold> keepOn,
    Optional<String> givenUp,
    boolean deleting,
    boolean inCharge,
    Optional<String> invalid,
    String powerSpec,
    MachineSpec spec,
    MachineStatus status,
    Optional<OrderMark> order) {
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
        maintenance,
        keepOn,
        givenUp,
        deleting,
        inCharge,
        invalid,
        powerSpec,
        spec,
        status,
        order);
  }
}
