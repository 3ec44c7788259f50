package org.homelab.autoscaler.trace;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A piece of work that is over, as part of a trace.
 *
 * @param parent what it was part of; empty for the beginning of a trace
 * @param name what was done, the same for all machines
 * @param served whether it answers somebody outside
 * @param attributes more about it, under names such as {@code homelab.machine}
 * @param problem why it did not succeed
 */
public record Span(
    SpanId id,
    Optional<SpanId> parent,
    String name,
    boolean served,
    Instant from,
    Instant to,
    Map<String, String> attributes,
    Optional<String> problem) {

  public Span {
    attributes = Map.copyOf(attributes);
    to = to.isBefore(from) ? from : to;
  }
}
