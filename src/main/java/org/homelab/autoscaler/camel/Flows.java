package org.homelab.autoscaler.camel;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceSupport;
import org.homelab.autoscaler.camel.Conversations.Standing;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.flows.FlowMessage;
import org.homelab.autoscaler.flows.Messages;
import org.homelab.autoscaler.power.Consent;
import org.homelab.autoscaler.power.ExtensionPoint;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.power.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks and tells the flows of the house, the routes at the extension points: the bean {@code flows}
 * of the routes. Whatever a flow does, throws or forgets, it changes no step, loses none and stops
 * no other machine.
 */
public final class Flows extends ServiceSupport {
  private static final Logger LOG = LoggerFactory.getLogger(Flows.class);

  private final CamelContext context;
  private final Fleet fleet;
  private final Messages messages;
  private final Clock clock;
  private final Duration patience;
  private final BiFunction<Step, Verdict.NotYet, Step> withhold;
  private final Conversations<Topic, Verdict> conversations;
  private final Withheld<Topic> withheld = new Withheld<>();
  private final Map<Topic, String> failing = new ConcurrentHashMap<>();
  private ProducerTemplate template;

  private record Topic(ExtensionPoint point, ObjectKey machine) {}

  /**
   * Flows of that context.
   *
   * @param threads where flows run, since they may take long
   * @param patience how long one may take
   * @param withhold what is done instead of a step that may not be taken
   * @param lookAgain is told of a machine whose flow has answered late
   */
  public Flows(
      CamelContext context,
      Fleet fleet,
      Messages messages,
      Clock clock,
      Executor threads,
      Duration patience,
      BiFunction<Step, Verdict.NotYet, Step> withhold,
      Consumer<ObjectKey> lookAgain) {
    this.context = context;
    this.fleet = fleet;
    this.messages = messages;
    this.clock = clock;
    this.patience = patience;
    this.withhold = withhold;
    this.conversations =
        new Conversations<>(threads, patience, clock, topic -> lookAgain.accept(topic.machine()));
  }

  @Override
  protected void doStart() {
    template = context.createProducerTemplate();
  }

  @Override
  protected void doStop() {
    template.stop();
  }

  /**
   * Asks the flow that goes before that step, if one does.
   *
   * @return the step, or what is done instead as long as the flow does not let it pass
   */
  public Step before(@Body Step step, @org.apache.camel.Headers Map<String, Object> headers) {
    Optional<ExtensionPoint> point = Consent.wanted(step);
    if (point.isEmpty()) {
      return step;
    }
    var topic = new Topic(point.get(), step.machine().key());
    FlowMessage message = messages.of(point.get(), step);
    Verdict verdict =
        withheld
            .standing(topic, message, step.now())
            .<Verdict>map(said -> said)
            .orElseGet(() -> ask(topic, message, step.now()));
    if (!(verdict instanceof Verdict.NotYet notYet)) {
      return step;
    }
    Step instead = withhold.apply(step, notYet);
    instead.again().ifPresent(again -> headers.put(Headers.AGAIN_AT, again));
    return instead;
  }

  private Verdict ask(Topic topic, FlowMessage message, Instant now) {
    Standing<Verdict> standing = conversations.ask(topic, () -> verdict(topic, message));
    if (standing instanceof Standing.Pending<Verdict> pending) {
      return withheld
          .last(topic, message, now, pending.until())
          .orElseGet(
              () ->
                  new Verdict.NotYet(
                      Reason.FLOW_ASKED,
                      topic.point().route(),
                      Duration.between(now, pending.until())));
    }
    Verdict verdict =
        standing instanceof Standing.Said<Verdict> said
            ? said.answer()
            : Verdicts.failed(
                topic.point(),
                "no answer within " + patience.toSeconds() + " s; it was interrupted");
    withheld.note(topic, message, verdict, now);
    return verdict;
  }

  private Verdict verdict(Topic topic, FlowMessage message) {
    Exchange done = send(topic.point(), message);
    note(topic, done);
    return Verdicts.of(topic.point(), done);
  }

  /** Tells a flow what has become of a machine. */
  public void tell(Step step, String route) {
    ExtensionPoint point = point(route);
    tell(new Topic(point, step.machine().key()), messages.of(point, step));
  }

  /** Lets a flow look at a machine before its health check does. */
  public void observe(@Body ObjectKey key) {
    ExtensionPoint point = ExtensionPoint.OBSERVE;
    fleet
        .machine(key)
        .map(machine -> messages.of(point, machine, clock.instant()))
        .ifPresent(message -> tell(new Topic(point, key), message));
  }

  private void tell(Topic topic, FlowMessage message) {
    if (!conversations.forget(topic)) {
      fails(topic, "it has not come back from the last time and is not told");
      return;
    }
    Standing<Verdict> unused =
        conversations.ask(
            topic,
            () -> {
              note(topic, send(topic.point(), message));
              return new Verdict.Pass();
            });
  }

  private Exchange send(ExtensionPoint point, FlowMessage message) {
    var exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(Messages.json(message));
    exchange.getMessage().setHeaders(headers(message));
    try {
      return template.send("direct:" + point.route(), exchange);
    } catch (Throwable failure) {
      // Whatever it is, an Error too: it is the flow's, and no other machine's.
      exchange.setException(failure);
      return exchange;
    }
  }

  private static Map<String, Object> headers(FlowMessage message) {
    Map<String, Object> headers = new HashMap<>();
    headers.put(Headers.POINT, message.point());
    headers.put(Headers.MACHINE, message.machine().name());
    headers.put(Headers.NAMESPACE, message.machine().namespace());
    headers.put(Headers.GROUP, message.machine().group());
    headers.put(Headers.VERSION, message.version());
    if (message.cause() != null) {
      headers.put(Headers.REASON, message.cause().reason());
    }
    return headers;
  }

  private void note(Topic topic, Exchange done) {
    if (done.getException() == null) {
      failing.remove(topic);
    } else {
      fails(topic, Verdicts.words(done.getException()));
    }
  }

  /** The same failure of the same flow, every few seconds, is told once. */
  private void fails(Topic topic, String why) {
    if (!why.equals(failing.put(topic, why))) {
      LOG.warn("machine={} flow={} failed: {}", topic.machine().name(), topic.point().route(), why);
    }
  }

  private static ExtensionPoint point(String route) {
    for (ExtensionPoint point : ExtensionPoint.values()) {
      if (point.route().equals(route)) {
        return point;
      }
    }
    throw new IllegalArgumentException("there is no extension point " + route);
  }
}
