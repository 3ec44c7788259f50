package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/** One side of a queue: where a route adds keys, or where it takes them from. */
final class KeyedQueueEndpoint extends DefaultEndpoint {
  private final KeyedQueue<Object> queue;
  private final int workers;
  private final Duration delay;

  KeyedQueueEndpoint(
      String uri,
      KeyedQueueComponent component,
      KeyedQueue<Object> queue,
      int workers,
      Duration delay) {
    super(uri, component);
    this.queue = queue;
    this.workers = workers;
    this.delay = delay;
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
    Consumer consumer = new TakesKeys(processor);
    configureConsumer(consumer);
    return consumer;
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
    TakesKeys(Processor processor) {
      super(KeyedQueueEndpoint.this, processor, queue, workers);
    }

    @Override
    protected Optional<Runnable> fill(Exchange exchange, Object key) {
      exchange.getMessage().setBody(key);
      return Optional.of(() -> {});
    }
  }
}
