package org.homelab.autoscaler.trace;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.homelab.autoscaler.power.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes spans of what it is told. */
public final class ToldTraces implements Traces {
  private static final Logger LOG = LoggerFactory.getLogger("traces");

  private final Consumer<Span> spans;

  /** Gives the spans to that. What cannot be told is logged and keeps nobody from working. */
  public ToldTraces(Consumer<Span> spans) {
    this.spans = spans;
  }

  @Override
  public void called(String rpc, Ordered order, Instant from, Instant to) {
    tell(
        () ->
            List.of(
                new Span(
                    SpanId.call(order.mark()),
                    Optional.empty(),
                    rpc,
                    true,
                    from,
                    to,
                    attributes(order),
                    Optional.empty())));
  }

  @Override
  public void ordered(Ordered order) {
    tell(
        () ->
            List.of(
                new Span(
                    SpanId.order(order.mark()),
                    Optional.of(SpanId.call(order.mark())),
                    "order",
                    false,
                    order.begun(),
                    order.committed(),
                    attributes(order),
                    Optional.empty())));
  }

  private static Map<String, String> attributes(Ordered order) {
    return Map.of(
        "homelab.group",
        order.group(),
        "homelab.machines",
        String.join(",", order.machines()),
        "homelab.wants",
        order.wants(),
        "homelab.order",
        order.mark().text());
  }

  @Override
  public void stepped(Step step, String before) {
    tell(new PowerSpans(step, before)::all);
  }

  private void tell(Supplier<List<Span>> over) {
    try {
      over.get().forEach(spans);
    } catch (RuntimeException untold) {
      LOG.warn("a trace was not told: {}", untold.toString());
    }
  }
}
