package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.homelab.autoscaler.leader.Leading;

/** One side of a queue: where a route adds keys, or where it takes them from. */
final class KeyedQueueEndpoint extends DefaultEndpoint {
  private final KeyedQueueComponent component;
  private final String name;
  private final KeyedQueue<Object> queue;
  private final int workers;
  private final Duration delay;
  private final boolean leaderOnly;

  KeyedQueueEndpoint(
      String uri,
      KeyedQueueComponent component,
      String name,
      int workers,
      Duration delay,
      boolean leaderOnly) {
    super(uri, component);
    this.component = component;
    this.name = name;
    this.queue = component.queue(name);
    this.workers = workers;
    this.delay = delay;
    this.leaderOnly = leaderOnly;
  }

  @Override
  public Producer createProducer() {
    return new DefaultProducer(this) {
      @Override
      public void process(Exchange exchange) {
        keys(exchange).forEach(key -> queue.addAfter(key, delay));
      }
    };
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    Consumer consumer = new TakesKeys(processor, mayTake());
    configureConsumer(consumer);
    return consumer;
  }

  private BooleanSupplier mayTake() {
    if (!leaderOnly) {
      return () -> true;
    }
    Leading leadership =
        CamelContextHelper.mandatoryLookup(getCamelContext(), "leadership", Leading.class);
    leadership.whenTaken(queue::wake);
    return leadership::leading;
  }

  private Collection<?> keys(Exchange exchange) {
    Object body =
        Optional.ofNullable(exchange.getMessage().getBody())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        getEndpointUri() + " takes the message body as the key, and it is empty"));
    return body instanceof Collection<?> several ? several : List.of(body);
  }

  private final class TakesKeys extends KeyedConsumer<Object> {
    private final BooleanSupplier mayTake;

    TakesKeys(Processor processor, BooleanSupplier mayTake) {
      super(KeyedQueueEndpoint.this, processor, queue, workers);
      this.mayTake = mayTake;
    }

    @Override
    protected boolean mayTake() {
      return mayTake.getAsBoolean();
    }

    @Override
    protected void took(Duration time) {
      component.worked(name, time);
    }

    @Override
    protected Optional<Runnable> fill(Exchange exchange, Object key) {
      exchange.getMessage().setBody(key);
      return Optional.of(() -> {});
    }
  }
}
