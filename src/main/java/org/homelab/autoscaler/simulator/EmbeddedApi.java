package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.homelab.autoscaler.api.Api;

/**
 * A Kubernetes API inside this JVM, on a free port of 127.0.0.1: the mock server in CRUD mode with
 * the additions of {@link ApiServer}. Nothing is scheduled, started or garbage collected in it.
 */
public final class EmbeddedApi implements AutoCloseable {
  // The web server logs each request; kept here because loggers are weakly held.
  private final Logger noise = Logger.getLogger(MockWebServer.class.getName());
  private final MockWebServer web = new MockWebServer();
  private final ApiServer api;
  private final KubernetesMockServer server;

  /**
   * @param termination how long a deleted or evicted pod that runs takes to end
   */
  public EmbeddedApi(Duration termination) {
    noise.setLevel(Level.WARNING);
    api = new ApiServer(new ClusterStore(List.of(kind("Group"), kind("Node"))), termination);
    server = new KubernetesMockServer(new Context(), web, new HashMap<>(), new Forgetting(), false);
  }

  private static CustomResourceDefinitionContext kind(String kind) {
    return new CustomResourceDefinitionContext.Builder()
        .withGroup(Api.GROUP)
        .withVersion(Api.VERSION)
        .withKind(kind)
        .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
        .withScope("Namespaced")
        .withStatusSubresource(true)
        .build();
  }

  /** Opens the port. */
  public void start() {
    warmUp();
    server.init(loopback(), 0);
  }

  /** Reading the first object loads hundreds of classes, which would stall the web server. */
  private void warmUp() {
    String namespace =
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"default\"}}";
    MockResponse created =
        api.dispatch(
            new RecordedRequest(
                "HTTP/1.1",
                HttpMethod.POST,
                "/api/v1/namespaces",
                Headers.builder().build(),
                new Buffer().writeUtf8(namespace)));
    if (created.code() != 201) {
      throw new IllegalStateException("the embedded API refuses a namespace: " + created.code());
    }
    Pod unused = Json.as(Json.tree("{\"metadata\":{\"name\":\"any\"}}"), Pod.class);
  }

  /** How to reach it; carries no secret. */
  public Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("http://127.0.0.1:" + server.getPort() + "/")
        .withHttp2Disable(true)
        .withNamespace("default")
        .build();
  }

  /** A client of its own for the caller, who closes it. */
  public KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(config()).build();
  }

  /** Tells of every write, in order, while it happens: must be quick and not call the API. */
  void observe(Consumer<Change> observer) {
    api.observe(observer);
  }

  /** All objects of a resource at one instant. */
  <T> List<T> list(String resource, Class<T> type) {
    return api.list(resource, type);
  }

  /** Number of watches that are open. */
  int openWatches() {
    return api.openWatches();
  }

  @Override
  public void close() {
    server.destroy();
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException cannotBe) {
      throw new IllegalStateException(cannotBe);
    }
  }

  /** The web server remembers each request for ever; this takes them out again. */
  private final class Forgetting extends Dispatcher {
    @Override
    public MockResponse dispatch(RecordedRequest request) {
      try {
        RecordedRequest unused = web.takeRequest(0, TimeUnit.MILLISECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      return api.dispatch(request);
    }

    @Override
    public void shutdown() {
      api.shutdown();
    }
  }
}
