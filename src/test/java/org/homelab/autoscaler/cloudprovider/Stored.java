package org.homelab.autoscaler.cloudprovider;

import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.Order;
import org.homelab.autoscaler.fleet.OrderMark;

/** The same objects with another part. */
final class Stored {
  private Stored() {}

  static Declared revision(Declared node, long revision) {
    return DeclaredBuilder.copy(node).revision(Long.toString(revision)).build();
  }

  static Declared status(Declared node, MachineStatus status) {
    return DeclaredBuilder.copy(node).status(status).build();
  }

  static Declared ordered(Declared node, PowerState desired, Optional<OrderMark> order) {
    return DeclaredBuilder.copy(node).desired(desired).order(order).build();
  }

  static DeclaredGroup order(DeclaredGroup group, Order order) {
    return new DeclaredGroup(
        group.key(),
        group.uid(),
        group.generation(),
        group.revision(),
        group.deleting(),
        group.inCharge(),
        group.invalid(),
        group.policy(),
        Optional.of(order));
  }
}
