package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that never gives up: looked at every second to know how it is, and begun anew, with a
 * list and on other connections, when it has gone deaf.
 */
final class Watch<T extends HasMetadata> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final InformerEndpoint<T> endpoint;
  private final WatchedResource<T> resource;
  private final WatchState state;
  private final KubernetesClient client;
  private final Optional<Vertx> eventLoops;
  private final Future<?> looks;
  private Listening<T> listening;
  private boolean closed;

  private Watch(InformerEndpoint<T> endpoint, KubernetesClient client, Optional<Vertx> eventLoops) {
    this.endpoint = endpoint;
    this.resource = endpoint.resource();
    this.state = endpoint.state();
    this.client = client;
    this.eventLoops = eventLoops;
    this.listening = listening();
    this.looks =
        endpoint
            .getComponent()
            .scheduler()
            .scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** Starts to watch, and returns at once. */
  static <T extends HasMetadata> Watch<T> start(
      InformerEndpoint<T> endpoint, KubernetesClient client, Optional<Vertx> eventLoops) {
    Watch<T> watch = new Watch<>(endpoint, client, eventLoops);
    watch.listen();
    return watch;
  }

  @Override
  public synchronized void close() {
    closed = true;
    looks.cancel(false);
    listening.close();
    state.look(false);
  }

  private Listening<T> listening() {
    return new Listening<>(
        resource,
        client,
        eventLoops,
        endpoint.getComponent().getWatchDuration(),
        endpoint.resyncMillis(),
        endpoint.objects(),
        endpoint.clock());
  }

  private synchronized void listen() {
    Listening<T> begun = listening;
    begun
        .start(failure -> state.failed(problem(failure)))
        .thenRun(state::listed)
        .thenRun(this::hear)
        .thenRun(() -> endpoint.listed(begun.store()))
        .whenComplete((done, stopped) -> LOG.debug("{} listed", resource.label(), stopped));
  }

  private void look() {
    try {
      hear();
      if (state.unexplained()) {
        askWhy();
      }
    } catch (RuntimeException e) {
      // An exception that escaped would end the looking for good.
      LOG.debug("{} could not be looked at", resource.label(), e);
    }
  }

  private synchronized void hear() {
    if (closed) {
      return;
    }
    var heard = listening.heard();
    if (listening.deaf()) {
      state.deaf(heard);
      state.failed(WatchProblem.deaf(listening.server()));
      listening.close();
      listening = listening();
      listen();
    } else {
      state.look(listening.watching());
    }
  }

  /** A watch that opens again and again without success is not reported by the client. */
  private void askWhy() {
    try {
      current().ask();
      state.failed(WatchProblem.closed());
    } catch (KubernetesClientException e) {
      state.failed(problem(e));
    }
  }

  private synchronized Listening<T> current() {
    return listening;
  }

  private WatchProblem problem(Throwable failure) {
    return WatchProblem.of(resource, client.getMasterUrl().toString(), failure);
  }
}
