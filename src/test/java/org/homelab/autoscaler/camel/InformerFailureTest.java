package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.api.model.NodeListBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InformerFailureTest {
  private static final String NODES = "/api/v1/nodes";
  private static final String MACHINES = "/apis/infra.homecluster.dev/v1alpha1/nodes";
  private static final String LIST = "?limit=500";
  private static final String WATCH =
      "?allowWatchBookmarks=true&resourceVersion=%s&timeoutSeconds=%d&watch=true";
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final KubernetesMockServer server = new KubernetesMockServer(false);
  private final CamelContext context = new DefaultCamelContext();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final LogLines log = new LogLines(WatchState.class);

  @BeforeEach
  void startServer() {
    server.init();
  }

  @AfterEach
  void stop() throws Exception {
    log.close();
    context.close();
    server.destroy();
  }

  @Test
  void listsAgainAfter410AndDeliversADeletionThatItMissed() throws Exception {
    server
        .expect()
        .get()
        .withPath(NODES + LIST)
        .andReturn(200, list("5", node("k1", "3"), node("k2", "4")))
        .once();
    server
        .expect()
        .get()
        .withPath(watch(NODES, "5"))
        .andUpgradeToWebSocket()
        .open()
        .waitFor(100)
        .andEmit(new WatchEvent(status(410, "too old resource version: 5 (9)"), "ERROR"))
        .done()
        .once();
    server
        .expect()
        .get()
        .withPath(NODES + LIST)
        .andReturn(200, list("9", node("k2", "8")))
        .always();
    server
        .expect()
        .get()
        .withPath(watch(NODES, "9"))
        .andUpgradeToWebSocket()
        .open()
        .waitFor(100)
        .andEmit(new WatchEvent(node("k3", "10"), "ADDED"))
        .done()
        .always();
    start("k8s-informer:kubernetes-nodes");
    await()
        .atMost(10, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(seen)
                    .containsExactlyInAnyOrder(
                        "APPLIED k1 3",
                        "APPLIED k2 4",
                        "DELETED k1 3",
                        "APPLIED k2 8",
                        "APPLIED k3 10"));
    assertThat(log.lines()).containsExactly("INFO k8s-informer:kubernetes-nodes synced objects=2");
  }

  @Test
  void tellsOnceThatTheCrdIsMissingAndGoesOnWhenItIsThere() throws Exception {
    server
        .expect()
        .get()
        .withPath(MACHINES + LIST)
        .andReturn(404, status(404, "the server could not find the requested resource"))
        .times(2);
    start("k8s-informer:nodes");
    await().until(() -> status().problem().isPresent());
    String advice = "CRD nodes.infra.homecluster.dev is missing: kubectl apply -k kustomize/crd";
    assertThat(status().problem()).contains(advice);
    assertThat(readiness().getState()).isEqualTo(HealthCheck.State.DOWN);
    assertThat(readiness().getMessage()).contains(advice);

    server.expect().get().withPath(MACHINES + LIST).andReturn(200, list("5")).always();
    openWatch(MACHINES, "5");
    await().atMost(20, TimeUnit.SECONDS).until(() -> status().watching());
    assertThat(readiness().getState()).isEqualTo(HealthCheck.State.UP);
    await().untilAsserted(() -> assertThat(log.lines()).hasSize(3));
    assertThat(log.lines().get(0))
        .isEqualTo("WARN k8s-informer:nodes: " + advice + "; trying again until it works");
    assertThat(log.lines())
        .anyMatch(line -> line.startsWith("INFO k8s-informer:nodes watches after="));
  }

  @Test
  void tellsOnceThatItMayNotWatchAndHowToAllowIt() throws Exception {
    String words = "nodes is forbidden: User \"system:serviceaccount:x:y\" cannot list resource";
    server.expect().get().withPath(NODES + LIST).andReturn(403, status(403, words)).times(2);
    server
        .expect()
        .get()
        .withPath(NODES + LIST)
        .andReturn(200, list("5", node("k1", "3")))
        .always();
    openWatch(NODES, "5");
    start("k8s-informer:kubernetes-nodes");
    await().atMost(20, TimeUnit.SECONDS).until(() -> status().watching());
    await().untilAsserted(() -> assertThat(seen).containsExactly("APPLIED k1 3"));
    assertThat(log.lines().stream().filter(line -> line.startsWith("WARN")))
        .singleElement()
        .asString()
        .contains(
            "we may not list and watch nodes",
            "kubectl apply -k kustomize/base",
            "(" + words + ")");
  }

  @Test
  void tellsOnceThatTheApiCannotBeReached() throws Exception {
    Config nobodyThere = new ConfigBuilder().withMasterUrl("http://127.0.0.1:1").build();
    start(
        "k8s-informer:kubernetes-nodes",
        new KubernetesClientBuilder().withConfig(nobodyThere).build());
    await().until(() -> status().problem().isPresent());
    assertThat(status().problem().get())
        .contains("cannot reach the Kubernetes API at http://127.0.0.1:1", "Connection refused");
    assertThat(status().synced()).isFalse();
    await().during(2, TimeUnit.SECONDS).until(() -> log.lines().size() == 1);
  }

  @Test
  void staysReadyWhenTheApiGoesAwayAndSaysForHowLong() throws Exception {
    server
        .expect()
        .get()
        .withPath(NODES + LIST)
        .andReturn(200, list("5", node("k1", "3")))
        .always();
    openWatch(NODES, "5");
    start("k8s-informer:kubernetes-nodes");
    await().until(() -> status().watching() && status().synced());
    server.destroy();
    await().atMost(20, TimeUnit.SECONDS).until(() -> status().problem().isPresent());
    assertThat(status().watching()).isFalse();
    assertThat(status().watchAge().toSeconds()).isGreaterThanOrEqualTo(5);
    assertThat(readiness().getState()).isEqualTo(HealthCheck.State.UP);
    assertThat(readiness().getDetails()).containsEntry("watching", false).containsKey("problem");
    assertThat(log.lines().stream().filter(line -> line.startsWith("WARN"))).hasSize(1);
  }

  private void openWatch(String path, String version) {
    server
        .expect()
        .get()
        .withPath(watch(path, version))
        .andUpgradeToWebSocket()
        .open()
        .done()
        .always();
  }

  private static String watch(String path, String version) {
    String resource = path.equals(NODES) ? "kubernetes-nodes" : "nodes";
    var limit = new WatchLimit("k8s-informer:" + resource, LONGEST, Clock.systemUTC());
    return path + WATCH.formatted(version, limit.seconds());
  }

  private void start(String uri) throws Exception {
    KubernetesClient client = server.createClient();
    client.getConfiguration().setWatchReconnectInterval(100);
    start(uri, client);
  }

  private void start(String uri, KubernetesClient client) throws Exception {
    context.getRegistry().bind("kubernetes", client);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(uri)
                .process(
                    exchange -> {
                      io.fabric8.kubernetes.api.model.HasMetadata body =
                          exchange
                              .getMessage()
                              .getBody(io.fabric8.kubernetes.api.model.HasMetadata.class);
                      seen.add(
                          "%s %s %s"
                              .formatted(
                                  exchange.getMessage().getHeader(Headers.ACTION),
                                  body.getMetadata().getName(),
                                  body.getMetadata().getResourceVersion()));
                    });
          }
        });
    context.start();
  }

  private InformerStatus status() {
    return context
        .getComponent("k8s-informer", InformerComponent.class)
        .informers()
        .statuses()
        .get(0);
  }

  private HealthCheck.Result readiness() {
    return HealthCheckRegistry.get(context).getCheck(status().name()).orElseThrow().call();
  }

  private static NodeList list(String version, Node... nodes) {
    return new NodeListBuilder()
        .withNewMetadata()
        .withResourceVersion(version)
        .endMetadata()
        .withItems(nodes)
        .build();
  }

  private static Node node(String name, String version) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .withResourceVersion(version)
        .endMetadata()
        .build();
  }

  private static Status status(int code, String message) {
    return new StatusBuilder().withCode(code).withStatus("Failure").withMessage(message).build();
  }
}
