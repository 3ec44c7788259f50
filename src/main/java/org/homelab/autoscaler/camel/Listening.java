package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.Store;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One fabric8 informer with a client of its own, so that its connections begin and end with it. The
 * informer lists and watches by itself again and again; whether it still hears is for us to notice.
 */
final class Listening<T extends HasMetadata> implements AutoCloseable {
  /** How soon after its end a watch is opened again; doubles up to 32 times as long. */
  private static final int REOPENING_MILLIS = 200;

  /** Objects that are listed at a time: a large fleet is never in memory as text and objects. */
  private static final long PAGE = 500;

  private final WatchedResource<T> resource;
  private final Clock clock;
  private final WatchLimit limit;
  private final KubernetesClient client;
  private final SharedIndexInformer<T> informer;
  private final Gate<T> gate;
  private Optional<String> latest = Optional.empty();
  private Instant heard;

  /**
   * Listens from {@link #start} on.
   *
   * @param cluster which cluster; its own connections are not used
   * @param eventLoops serve the connections; else threads that end with them
   * @param longest how long a watch may last
   * @param handler is told of every object and its changes until this is closed
   */
  Listening(
      WatchedResource<T> resource,
      KubernetesClient cluster,
      Optional<Vertx> eventLoops,
      Duration longest,
      long resyncMillis,
      ResourceEventHandler<T> handler,
      Clock clock) {
    this.resource = resource;
    this.clock = clock;
    this.heard = clock.instant();
    this.limit = new WatchLimit(resource.label(), longest, clock);
    this.client = client(cluster, eventLoops, limit);
    this.gate = new Gate<>(handler);
    this.informer = resource.in(client).withLimit(PAGE).runnableInformer(resyncMillis);
  }

  /**
   * Begins.
   *
   * @param failed is told of each failure to list or watch; it is tried again all the same
   * @return over when the first list is through
   */
  CompletionStage<Void> start(Consumer<Throwable> failed) {
    informer.itemStore(new LeanStore<>(resource));
    informer.exceptionHandler((started, failure) -> goOn(failed, failure));
    informer.addEventHandler(gate);
    return informer.start();
  }

  private boolean goOn(Consumer<Throwable> failed, Throwable failure) {
    if (informer.isRunning()) {
      failed.accept(failure);
    }
    return true;
  }

  /** What there is, as last heard. */
  Store<T> store() {
    return informer.getStore();
  }

  /** Whether a watch seems to be open. */
  boolean watching() {
    return informer.isRunning() && informer.isWatching();
  }

  /** Whether it only seems so: its connection has lost the server. To be closed and replaced. */
  boolean deaf() {
    return watching() && limit.overdue();
  }

  /** When the server was last known to talk to us, as close as those who ask this often can say. */
  synchronized Instant heard() {
    Optional<String> version = Optional.ofNullable(informer.lastSyncResourceVersion());
    if (!version.equals(latest)) {
      latest = version;
      heard = clock.instant();
    }
    heard = limit.opened().filter(heard::isBefore).orElse(heard);
    return heard;
  }

  /**
   * Asks for one object.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if that fails
   */
  void ask() {
    resource.in(client).list(new ListOptionsBuilder().withLimit(1L).build());
  }

  /** The API server. */
  String server() {
    return client.getMasterUrl().toString();
  }

  /** Ends, with all connections; nothing is told any more. */
  @Override
  public void close() {
    gate.close();
    informer.stop();
    client.close();
  }

  /**
   * The informer tries again by itself; a request that did so too would keep the reason from us for
   * a minute and more.
   */
  private static KubernetesClient client(
      KubernetesClient cluster, Optional<Vertx> eventLoops, WatchLimit limit) {
    Config config =
        new ConfigBuilder(cluster.getConfiguration())
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectInterval(REOPENING_MILLIS)
            .build();
    KubernetesClientBuilder builder = new KubernetesClientBuilder();
    eventLoops.map(VertxHttpClientFactory::new).ifPresent(builder::withHttpClientFactory);
    return builder
        .withConfig(config)
        .withKubernetesSerialization(cluster.getKubernetesSerialization())
        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor(WatchLimit.NAME, limit))
        .build();
  }

  /** Lets nothing through that comes late, when the next informer may have told what is newer. */
  private static final class Gate<T> implements ResourceEventHandler<T> {
    private final ResourceEventHandler<T> handler;
    private boolean closed;

    Gate(ResourceEventHandler<T> handler) {
      this.handler = handler;
    }

    synchronized void close() {
      closed = true;
    }

    private synchronized void pass(Runnable news) {
      if (!closed) {
        news.run();
      }
    }

    @Override
    public void onAdd(T object) {
      pass(() -> handler.onAdd(object));
    }

    @Override
    public void onUpdate(T before, T object) {
      pass(() -> handler.onUpdate(before, object));
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      pass(() -> handler.onDelete(object, finalStateUnknown));
    }
  }

  /** Keeps of each object what somebody looks at. */
  private static final class LeanStore<T extends HasMetadata> extends BasicItemStore<T> {
    private final WatchedResource<T> resource;

    LeanStore(WatchedResource<T> resource) {
      super(Cache::metaNamespaceKeyFunc);
      this.resource = resource;
    }

    @Override
    public T put(String key, T object) {
      return super.put(key, resource.lean(object));
    }
  }
}
