package org.homelab.autoscaler.power;

import java.util.Optional;
import org.homelab.autoscaler.fleet.Hold;

/**
 * A person's order that every usable machine of a group be on. It is carried out once for each
 * machine, so that a person who then patches one to off is not overruled; CA is, while it lasts.
 */
final class Force {
  private Force() {}

  /** Wants a machine on that nobody wants on, unless something stands in the way. */
  static Optional<Decision> check(Look look) {
    return order(look)
        .filter(order -> !look.machine().desiredOn())
        .filter(order -> !look.machine().status().forced().equals(Optional.of(order.text())))
        .filter(order -> look.machine().maintenance(look.now()).isEmpty())
        .filter(order -> look.policy().neighbours().room() > 0)
        .filter(order -> !look.powerOffGiven() && look.obstacleToPowerOn().isEmpty())
        .map(order -> new Decision.Adopt(Reason.FORCED_ON));
  }

  /** The order that the machine has been given by now, for its status. */
  static Optional<String> mark(Step step) {
    Optional<Hold> order = step.policy().group().forceAllOn(step.now());
    boolean given = step.machine().desiredOn() || step.decision() instanceof Decision.Adopt;
    return order.isPresent() && given
        ? order.map(Hold::text)
        : order.flatMap(lasting -> step.machine().status().forced());
  }

  private static Optional<Hold> order(Look look) {
    return look.policy().group().forceAllOn(look.now());
  }
}
