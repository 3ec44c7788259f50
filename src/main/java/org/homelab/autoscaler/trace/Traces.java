package org.homelab.autoscaler.trace;

import java.time.Instant;
import java.util.List;
import org.homelab.autoscaler.fleet.OrderMark;
import org.homelab.autoscaler.power.Step;

/**
 * Is told what was done for an order, from the call to the machine that is Ready. It hears of each
 * thing when that is written down in the cluster, and remembers nothing.
 */
public interface Traces {
  /** Nobody wants to know. */
  Traces OFF = new Traces() {};

  /**
   * An order that was committed.
   *
   * @param group id of its group
   * @param machines names of the Nodes that it wrote
   * @param wants {@code on} or {@code off}
   * @param begun when its first write was begun
   * @param committed when it came to hold
   */
  record Ordered(
      OrderMark mark,
      String group,
      List<String> machines,
      String wants,
      Instant begun,
      Instant committed) {}

  /** A call has brought that order. */
  default void called(String rpc, Ordered order, Instant from, Instant to) {}

  /** That order was written. */
  default void ordered(Ordered order) {}

  /**
   * What a step makes of its machine was written.
   *
   * @param before reason in the status that this replaced; empty if there was none
   */
  default void stepped(Step step, String before) {}
}
