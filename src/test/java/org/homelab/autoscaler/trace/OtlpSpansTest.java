package org.homelab.autoscaler.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.fleet.OrderMark;
import org.homelab.autoscaler.testing.OtlpReceiver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OtlpSpansTest {
  private static final Instant T0 = Instant.parse("2026-12-01T08:00:00Z");
  private static final OrderMark ORDER = new OrderMark(7, "7d0c4f3e");

  private final OtlpReceiver receiver = new OtlpReceiver();
  private final OtlpSpans spans =
      new OtlpSpans(
          URI.create(receiver.endpoint()),
          Map.of("service.name", "homelab-autoscaler", "service.instance.id", "pod-1"),
          Duration.ofMillis(50));

  @AfterEach
  void stop() {
    spans.close();
    receiver.close();
  }

  @Test
  void anOrderArrivesWithTheIdsTimesAndAttributesThatItWasToldWith() {
    var order =
        new Traces.Ordered(
            ORDER, "rack", List.of("m1", "m2"), "on", T0.plusMillis(1), T0.plusMillis(4));
    var traces = new ToldTraces(spans);
    traces.ordered(order);
    traces.called("NodeGroupIncreaseSize", order, T0, T0.plusMillis(5));

    await().atMost(Duration.ofSeconds(30)).until(() -> receiver.spans().size() == 2);
    Map<String, String> attributes =
        Map.of(
            "homelab.group", "rack",
            "homelab.machines", "m1,m2",
            "homelab.wants", "on",
            "homelab.order", "7 of 7d0c4f3e");
    SpanId call = SpanId.call(ORDER);
    SpanId written = SpanId.order(ORDER);
    assertThat(receiver.spans())
        .containsExactlyInAnyOrder(
            new OtlpReceiver.Told(
                "pod-1",
                call.trace(),
                call.span(),
                "",
                "NodeGroupIncreaseSize",
                2,
                T0,
                T0.plusMillis(5),
                attributes,
                false),
            new OtlpReceiver.Told(
                "pod-1",
                call.trace(),
                written.span(),
                call.span(),
                "order",
                1,
                T0.plusMillis(1),
                T0.plusMillis(4),
                attributes,
                false));
  }

  @Test
  void aProblemIsAnError() {
    spans.accept(
        new Span(
            SpanId.root("it"),
            Optional.empty(),
            "power-on",
            false,
            T0,
            T0,
            Map.of(),
            Optional.of("no")));
    await().atMost(Duration.ofSeconds(30)).until(() -> !receiver.spans().isEmpty());
    assertThat(receiver.spans().get(0).failed()).isTrue();
  }

  @Test
  void aCollectorThatRefusesIsTalkedAboutOnceAndOnceMoreWhenItTakesAgain() {
    var log = (Logger) LoggerFactory.getLogger("traces");
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    log.setLevel(Level.INFO);
    log.addAppender(lines);
    try {
      receiver.refuse(true);
      sendUntil(lines, "cannot be sent");
      sendSome();
      receiver.refuse(false);
      sendUntil(lines, "again");
    } finally {
      log.detachAppender(lines);
      log.setLevel(null);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.contains(receiver.endpoint()))
        .hasSize(2);
  }

  private void sendUntil(ListAppender<ILoggingEvent> lines, String words) {
    await(words)
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              sendSome();
              return List.copyOf(lines.list).stream()
                  .anyMatch(line -> line.getFormattedMessage().contains(words));
            });
  }

  private void sendSome() {
    spans.accept(
        new Span(
            SpanId.root("x"), Optional.empty(), "x", false, T0, T0, Map.of(), Optional.empty()));
  }
}
