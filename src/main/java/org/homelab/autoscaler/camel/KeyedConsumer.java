package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.DefaultConsumer;
import org.homelab.autoscaler.fleet.PassingFailure;
import org.homelab.autoscaler.leader.NotLeading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes keys off a queue, a fixed number at a time, and sends one exchange per key down its route.
 * A key whose exchange ends with an exception comes back after the queue's back-off; one whose
 * exchange sets {@link Headers#AGAIN_AT} comes back at that time.
 */
abstract class KeyedConsumer<K> extends DefaultConsumer implements Suspendable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyedConsumer.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final KeyedQueue<K> queue;
  private final int workers;
  private ExecutorService threads;
  private AtomicBoolean goOn = new AtomicBoolean();

  KeyedConsumer(Endpoint endpoint, Processor processor, KeyedQueue<K> queue, int workers) {
    super(endpoint, processor);
    this.queue = queue;
    this.workers = workers;
  }

  /**
   * Puts what the route is to see of this key into the exchange.
   *
   * @return what to do when the route is through with it, before the key can be handed out again;
   *     empty if there is nothing to see
   */
  protected abstract Optional<Runnable> fill(Exchange exchange, K key);

  /** Whether keys may be taken at this moment. */
  protected boolean mayTake() {
    return true;
  }

  /** Called after each try, whatever came of it. */
  protected void tried(K key) {}

  /** Called after each try with the time that it took. */
  protected void took(Duration time) {}

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    threads = executors().newFixedThreadPool(this, getEndpoint().getEndpointBaseUri(), workers);
    takeKeys();
  }

  @Override
  protected void doSuspend() {
    leaveKeys();
  }

  @Override
  protected void doResume() {
    takeKeys();
  }

  @Override
  protected void doStop() throws Exception {
    leaveKeys();
    if (threads != null) {
      executors().shutdownGraceful(threads, PATIENCE.toMillis());
    }
    super.doStop();
  }

  private void takeKeys() {
    // Each start has a switch of its own, so that a worker which still ends its last exchange does
    // not mistake a resume for its own.
    AtomicBoolean mine = new AtomicBoolean(true);
    goOn = mine;
    for (int i = 0; i < workers; i++) {
      threads.execute(() -> work(mine));
    }
  }

  private void leaveKeys() {
    goOn.set(false);
    queue.wake();
  }

  private void work(AtomicBoolean goOn) {
    try {
      Optional<K> key = queue.take(goOn::get, this::mayTake);
      while (key.isPresent()) {
        handle(key.get());
        key = queue.take(goOn::get, this::mayTake);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(K key) {
    long began = System.nanoTime();
    try {
      send(key).ifPresentOrElse(again -> queue.succeeded(key, again), () -> queue.succeeded(key));
    } catch (Throwable failure) {
      // Whatever it is, an Error too: a key that is not given back would never come up again.
      tell(key, failure, queue.failed(key));
    }
    took(Duration.ofNanos(System.nanoTime() - began));
    tried(key);
  }

  private Optional<Instant> send(K key) throws Exception {
    Exchange exchange = createExchange(false);
    try {
      Optional<Runnable> done = fill(exchange, key);
      if (done.isEmpty()) {
        return Optional.empty();
      }
      getProcessor().process(exchange);
      if (exchange.getException() != null) {
        throw exchange.getException();
      }
      Optional<Instant> again = again(exchange);
      done.get().run();
      return again;
    } finally {
      releaseExchange(exchange, false);
    }
  }

  private static Optional<Instant> again(Exchange exchange) {
    return Optional.ofNullable(exchange.getMessage().getHeader(Headers.AGAIN_AT))
        .or(() -> Optional.ofNullable(exchange.getProperty(Headers.AGAIN_AT)))
        .map(KeyedConsumer::instant);
  }

  private static Instant instant(Object again) {
    if (again instanceof Instant at) {
      return at;
    }
    throw new IllegalArgumentException(
        Headers.AGAIN_AT + " must be a java.time.Instant and is a " + again.getClass().getName());
  }

  private void tell(K key, Throwable failure, Duration backOff) {
    LOG.atLevel(level(failure))
        .log(
            "{} key={} failed, again in {}s: {}",
            getEndpoint().getEndpointBaseUri(),
            key,
            backOff.toMillis() / 1000.0,
            OneLine.of(failure));
    LOG.debug("{} key={} failed", getEndpoint().getEndpointBaseUri(), key, failure);
  }

  private static Level level(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PassingFailure) {
        return Level.DEBUG;
      }
      if (cause instanceof NotLeading) {
        return Level.INFO;
      }
    }
    return Level.WARN;
  }

  private ExecutorServiceManager executors() {
    return getEndpoint().getCamelContext().getExecutorServiceManager();
  }
}
