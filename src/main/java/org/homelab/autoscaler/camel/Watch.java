package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fabric8 informer that never gives up, and that we look at every second to know how it is. */
final class Watch<T extends HasMetadata> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final WatchedResource<T> resource;
  private final WatchState state;
  private final KubernetesClient client;
  private final SharedIndexInformer<T> informer;
  private final Future<?> looks;

  private Watch(InformerEndpoint<T> endpoint, KubernetesClient client) {
    this.resource = endpoint.resource();
    this.state = endpoint.state();
    this.client = client;
    this.informer = resource.in(client).runnableInformer(endpoint.resyncMillis());
    this.looks =
        endpoint
            .getComponent()
            .scheduler()
            .scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** Starts to watch, and returns at once. */
  static <T extends HasMetadata> Watch<T> start(
      InformerEndpoint<T> endpoint, KubernetesClient client) {
    Watch<T> watch = new Watch<>(endpoint, withoutRetries(client));
    SharedIndexInformer<T> informer = watch.informer;
    informer.itemStore(new LeanStore<>());
    informer.exceptionHandler((started, failure) -> watch.tellAndGoOn(failure));
    informer.addEventHandler(endpoint.objects());
    informer
        .start()
        .thenRun(watch::look)
        .thenRun(() -> endpoint.listed(informer.getStore()))
        .whenComplete((done, stopped) -> LOG.debug("{} listed", watch.resource.label(), stopped));
    return watch;
  }

  @Override
  public void close() {
    looks.cancel(false);
    informer.stop();
    state.look(false);
  }

  /**
   * The informer tries again by itself; a request that did so too would keep the reason from us for
   * a minute and more.
   */
  private static KubernetesClient withoutRetries(KubernetesClient client) {
    return client
        .newClient(
            new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .build())
        .adapt(KubernetesClient.class);
  }

  private boolean tellAndGoOn(Throwable failure) {
    if (informer.isRunning()) {
      state.failed(problem(failure));
    }
    return true;
  }

  private void look() {
    try {
      state.look(informer.isRunning() && informer.isWatching());
      if (state.unexplained()) {
        askWhy();
      }
    } catch (RuntimeException e) {
      // An exception that escaped would end the looking for good.
      LOG.debug("{} could not be looked at", resource.label(), e);
    }
  }

  /** A watch that opens again and again without success is not reported by the client. */
  private void askWhy() {
    try {
      resource.in(client).list(new ListOptionsBuilder().withLimit(1L).build());
      state.failed(WatchProblem.closed());
    } catch (KubernetesClientException e) {
      state.failed(problem(e));
    }
  }

  private WatchProblem problem(Throwable failure) {
    return WatchProblem.of(resource, client.getMasterUrl().toString(), failure);
  }

  /** Leaves out who wrote which field when, half the size of a typical object. */
  private static final class LeanStore<T extends HasMetadata> extends BasicItemStore<T> {
    LeanStore() {
      super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public T put(String key, T object) {
      object.getMetadata().setManagedFields(List.of());
      return super.put(key, object);
    }
  }
}
