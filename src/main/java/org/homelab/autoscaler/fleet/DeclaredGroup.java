package org.homelab.autoscaler.fleet;

import java.util.Optional;

/**
 * A Group resource as the API holds it, in the words of this house.
 *
 * @param generation of its spec
 * @param revision its resourceVersion
 * @param inCharge whether our finalizer keeps it until its members have been let go
 * @param invalid what is wrong with it, naming the field and the fix
 * @param order the latest order for it
 */
public record DeclaredGroup(
    ObjectKey key,
    String uid,
    long generation,
    String revision,
    boolean deleting,
    boolean inCharge,
    Optional<String> invalid,
    GroupPolicy policy,
    Optional<Order> order) {
  /** One that no order was ever given for. */
  public DeclaredGroup(
      ObjectKey key,
      String uid,
      long generation,
      String revision,
      boolean deleting,
      boolean inCharge,
      Optional<String> invalid,
      GroupPolicy policy) {
    this(key, uid, generation, revision, deleting, inCharge, invalid, policy, Optional.empty());
  }

  /** Whether an order for it is being written that may yet be taken back. */
  public boolean orderPending() {
    return order.filter(latest -> !latest.over()).isPresent();
  }

  /** The order for this group that wrote the Node's powerState, if it is not known to hold. */
  Optional<OrderMark> awaitedBy(Declared node) {
    return node.order()
        .filter(mark -> mark.group().equals(uid))
        .filter(mark -> order.map(latest -> awaits(latest, mark, node)).orElse(true));
  }

  private static boolean awaits(Order latest, OrderMark mark, Declared node) {
    boolean changedByHand =
        latest.number() == mark.number() && latest.desired() != node.spec().desired();
    return !changedByHand && !latest.committed(mark.number());
  }
}
