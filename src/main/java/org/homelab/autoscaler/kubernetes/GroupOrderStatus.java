package org.homelab.autoscaler.kubernetes;

import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.homelab.autoscaler.api.Amounts;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Order;

/** Translates the order in a Group's status, there and back. */
final class GroupOrderStatus {
  private GroupOrderStatus() {}

  static Optional<Order> read(Group group) {
    return Optional.ofNullable(group.getStatus())
        .map(GroupStatus::order)
        .filter(order -> order.number() != null)
        .map(
            order ->
                new Order(
                    order.number(),
                    Meta.text(order.by()),
                    Order.Phase.of(Meta.text(order.phase())),
                    Objects.requireNonNullElse(order.powerState(), PowerState.ON),
                    new HashSet<>(Meta.orEmpty(order.machines())),
                    Amounts.time(order.at()).orElse(Instant.EPOCH),
                    Meta.orEmpty(order.takenBack())));
  }

  static GroupStatus.Order write(Order order) {
    return new GroupStatus.Order(
        order.number(),
        order.by(),
        order.phase().text(),
        order.desired(),
        new TreeSet<>(order.machines()).stream().toList(),
        Meta.text(order.at()),
        order.takenBack());
  }
}
