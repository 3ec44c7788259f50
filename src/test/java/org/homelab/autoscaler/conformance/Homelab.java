package org.homelab.autoscaler.conformance;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.homelab.autoscaler.InProcess;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Kubernetes API, the application that works on it, and the Cluster Autoscaler's end of its gRPC
 * port. Nobody carries out what the application orders: a power Job runs until a test ends it, so
 * that no answer can have waited for a machine.
 */
final class Homelab implements ExtensionContext.Store.CloseableResource, AutoCloseable {
  static final String NAMESPACE = "lab";
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final EmbeddedApi api;
  private final KubernetesClient client;
  private final Traffic traffic = new Traffic();
  private final KubernetesClient operators;
  private final InProcess application;
  private final ProviderClient ca;

  private Homelab(EmbeddedApi api, String namespace) {
    this.api = api;
    this.client = api.client();
    this.operators =
        new KubernetesClientBuilder()
            .withConfig(api.config())
            .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("test", traffic))
            .build();
    this.application =
        new InProcess(operators, namespace)
            .with("HOMELAB_SETTLE", "1ms")
            .with("HOMELAB_HEALTH_CHECK_SCHEDULE", "0 0 0 1 1 ? 2099");
    this.ca = new ProviderClient(application.grpcPort());
  }

  /** One that runs. */
  static Homelab open() {
    Homelab homelab = of(NAMESPACE);
    homelab.start();
    return homelab;
  }

  /** One whose application has yet to be started. */
  static Homelab of(String namespace) {
    EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
    api.start();
    return new Homelab(api, namespace);
  }

  /** Sets an environment variable of the application to be. */
  Homelab with(String variable, String value) {
    application.with(variable, value);
    return this;
  }

  /** Starts the application and waits until it has read the cluster. */
  void start() {
    application.start();
    await("first look").atMost(SOON).pollInterval(LOOK).ignoreExceptions().until(this::refreshed);
  }

  /** Stops the application and starts it anew, with no memory but the Kubernetes API. */
  void restart() {
    application.close();
    start();
  }

  private boolean refreshed() {
    ca.refresh();
    return true;
  }

  EmbeddedApi api() {
    return api;
  }

  /** A client of the owner's, who may do anything. */
  KubernetesClient kubectl() {
    return client;
  }

  Traffic traffic() {
    return traffic;
  }

  ProviderClient ca() {
    return ca;
  }

  /** Another Cluster Autoscaler, or the same after a restart. The caller closes it. */
  ProviderClient anotherCa() {
    return new ProviderClient(application.grpcPort());
  }

  /** A group without wishes of its own and no machines yet. */
  Shelf shelf(String group) {
    return shelf(group, "{}");
  }

  /** A group with that spec, in YAML. */
  Shelf shelf(String group, String spec) {
    return new Shelf(this, group, spec, Machines.Names.of(group));
  }

  /** The same, with machines whose Nodes and Kubernetes nodes have one name. */
  Shelf plainShelf(String group, String spec) {
    return new Shelf(this, group, spec, Machines.Names.same());
  }

  static void until(String what, Callable<Boolean> holds) {
    await(what).atMost(SOON).pollDelay(Duration.ZERO).pollInterval(LOOK).until(holds);
  }

  @Override
  public void close() {
    ca.close();
    application.close();
    operators.close();
    client.close();
    api.close();
  }
}
