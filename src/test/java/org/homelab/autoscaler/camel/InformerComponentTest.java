package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InformerComponentTest {
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);
  private final CamelContext context = new DefaultCamelContext();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<HasMetadata> bodies = new CopyOnWriteArrayList<>();
  private KubernetesClient client;

  @BeforeEach
  void startServer() {
    server.init();
    client = server.createClient();
    context.getRegistry().bind("kubernetes", client);
  }

  @AfterEach
  void stop() throws Exception {
    context.close();
    client.close();
    server.destroy();
  }

  @Test
  void deliversWhatIsThereAndWhatChangesAsTypedObjects() throws Exception {
    create(group("rack"));
    create(machine("m1"));
    start("k8s-informer:groups", "k8s-informer:nodes", "k8s-informer:kubernetes-nodes");
    awaitSeen("APPLIED Group rack", "APPLIED Node m1");
    assertThat(bodies).hasAtLeastOneElementOfType(Group.class);
    assertThat(bodies).hasAtLeastOneElementOfType(Node.class);

    create(new NodeBuilder().withNewMetadata().withName("k1").endMetadata().build());
    client
        .resources(Node.class)
        .inNamespace("homelab")
        .withName("m1")
        .edit(node -> label(node, "rack", "2"));
    client.resources(Group.class).inNamespace("homelab").withName("rack").delete();
    awaitSeen(
        "APPLIED Group rack",
        "APPLIED Node m1",
        "APPLIED Node k1",
        "APPLIED Node m1 2",
        "DELETED Group rack");
    assertThat(bodies).hasAtLeastOneElementOfType(io.fabric8.kubernetes.api.model.Node.class);
  }

  @Test
  void deliversJobsAndPodsOfOneNamespaceWithALabel() throws Exception {
    create(job("on", "power"));
    create(job("off", "other"));
    create(pod("p1"));
    create(
        new PodBuilder(pod("p2")).editMetadata().withNamespace("elsewhere").endMetadata().build());
    start(
        "k8s-informer:jobs?namespace=homelab&labelSelector=app%3Dpower",
        "k8s-informer:pods?namespace=homelab");
    awaitSeen("APPLIED Job on", "APPLIED Pod p1");
    assertThat(bodies).hasAtLeastOneElementOfType(Job.class);
    assertThat(bodies).hasAtLeastOneElementOfType(Pod.class);
  }

  @Test
  void deliversAllNamespacesIfToldSo() throws Exception {
    create(pod("p1"));
    create(
        new PodBuilder(pod("p2")).editMetadata().withNamespace("elsewhere").endMetadata().build());
    start("k8s-informer:pods?namespace=*");
    awaitSeen("APPLIED Pod p1", "APPLIED Pod p2");
  }

  @Test
  void dropsManagedFields() throws Exception {
    create(
        new PodBuilder()
            .withMetadata(
                meta("p1")
                    .withManagedFields(new ManagedFieldsEntryBuilder().withManager("x").build())
                    .build())
            .build());
    start("k8s-informer:pods");
    awaitSeen("APPLIED Pod p1");
    assertThat(bodies.get(0).getMetadata().getManagedFields()).isEmpty();
  }

  @Test
  void triesAFailedExchangeAgainWithWhatTheObjectHasBecome() throws Exception {
    create(machine("m1"));
    AtomicInteger tries = new AtomicInteger();
    start(
        exchange -> {
          if (tries.incrementAndGet() == 1) {
            client
                .resources(Node.class)
                .inNamespace("homelab")
                .withName("m1")
                .edit(node -> label(node, "rack", "2"));
            await().until(() -> informed("m1", "2"));
            throw new IllegalStateException("not yet");
          }
        },
        "k8s-informer:nodes");
    awaitSeen("APPLIED Node m1 2");
  }

  @Test
  void aDeletionThatFailedIsDeliveredAgain() throws Exception {
    create(machine("m1"));
    AtomicInteger deletions = new AtomicInteger();
    start(
        exchange -> {
          if ("DELETED".equals(exchange.getMessage().getHeader(Headers.ACTION))
              && deletions.incrementAndGet() == 1) {
            throw new IllegalStateException("not yet");
          }
        },
        "k8s-informer:nodes");
    awaitSeen("APPLIED Node m1");
    client.resources(Node.class).inNamespace("homelab").withName("m1").delete();
    awaitSeen("APPLIED Node m1", "DELETED Node m1");
    assertThat(deletions).hasValue(2);
  }

  @Test
  void isSyncedWhenTheRoutesHaveSeenTheirFirstListsAndNotBefore() throws Exception {
    create(machine("m1"));
    create(machine("m2"));
    CountDownLatch letThrough = new CountDownLatch(1);
    AtomicInteger told = new AtomicInteger();
    informers().whenAllSynced(told::incrementAndGet);
    start(
        exchange -> {
          if (exchange.getMessage().getBody() instanceof Node) {
            letThrough.await(10, TimeUnit.SECONDS);
          }
        },
        "k8s-informer:nodes",
        "k8s-informer:groups");
    await().until(() -> status("k8s-informer:groups").synced());
    assertThat(status("k8s-informer:nodes").synced()).isFalse();
    assertThat(informers().allSynced()).isFalse();
    assertThat(told).hasValue(0);
    assertThat(readiness("k8s-informer:nodes").getState()).isEqualTo(HealthCheck.State.DOWN);

    letThrough.countDown();
    await().until(() -> informers().allSynced());
    assertThat(told).hasValue(1);
    informers().whenAllSynced(told::incrementAndGet);
    assertThat(told).hasValue(2);
    assertThat(readiness("k8s-informer:nodes").getState()).isEqualTo(HealthCheck.State.UP);
    await().until(() -> status("k8s-informer:nodes").watching());
    await().untilAsserted(() -> assertThat(informers().watchAge()).isZero());
  }

  @Test
  void anObjectThatFailsDoesNotKeepEverythingElseWaiting() throws Exception {
    create(machine("m1"));
    start(
        exchange -> {
          throw new IllegalStateException("never");
        },
        "k8s-informer:nodes");
    await().until(() -> informers().allSynced());
  }

  @Test
  void aRouteThatWasStoppedLearnsWhatWentAwayMeanwhile() throws Exception {
    create(machine("m1"));
    create(machine("m2"));
    start("k8s-informer:nodes");
    awaitSeen("APPLIED Node m1", "APPLIED Node m2");
    context.getRouteController().stopRoute("k8s-informer:nodes");
    assertThat(status("k8s-informer:nodes").watching()).isFalse();
    client.resources(Node.class).inNamespace("homelab").withName("m1").delete();
    seen.clear();
    context.getRouteController().startRoute("k8s-informer:nodes");
    awaitSeen("DELETED Node m1", "APPLIED Node m2");
  }

  @Test
  void aResyncDeliversEverythingAgain() throws Exception {
    create(machine("m1"));
    start("k8s-informer:nodes?resyncMillis=1000");
    await().until(() -> seen.size() >= 3);
    assertThat(seen).containsOnly("APPLIED Node m1");
  }

  @Test
  void comesBackToAnObjectWhenTheRouteAsksForIt() throws Exception {
    create(machine("m1"));
    AtomicInteger looks = new AtomicInteger();
    start(
        exchange -> {
          if (looks.incrementAndGet() == 1) {
            exchange
                .getMessage()
                .setHeader(Headers.AGAIN_AT, java.time.Instant.now().plusMillis(50));
          }
        },
        "k8s-informer:nodes");
    awaitSeen("APPLIED Node m1", "APPLIED Node m1");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> context.getEndpoint("k8s-informer:secrets"))
        .hasMessageContaining(
            "k8s-informer:secrets is not known; write one of groups, nodes, kubernetes-nodes, jobs, pods");
    assertThatThrownBy(() -> context.getEndpoint("k8s-informer:nodes?workers=0"))
        .hasMessageContaining("workers 1 or more");
  }

  private void start(String... uris) throws Exception {
    start(exchange -> {}, uris);
  }

  private void start(Processor step, String... uris) throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            for (String uri : uris) {
              from(uri)
                  .routeId(uri.replaceAll("\\?.*", ""))
                  .process(step)
                  .process(InformerComponentTest.this::remember);
            }
          }
        });
    context.start();
  }

  private void remember(Exchange exchange) {
    HasMetadata body = exchange.getMessage().getBody(HasMetadata.class);
    bodies.add(body);
    String rack =
        Map.copyOf(java.util.Optional.ofNullable(body.getMetadata().getLabels()).orElse(Map.of()))
            .getOrDefault("rack", "");
    seen.add(
        "%s %s %s %s"
            .formatted(
                exchange.getMessage().getHeader(Headers.ACTION),
                body.getKind(),
                body.getMetadata().getName(),
                rack)
            .strip());
  }

  private void awaitSeen(String... expected) {
    await()
        .atMost(5, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(expected));
  }

  private boolean informed(String name, String rack) {
    return client
        .resources(Node.class)
        .inNamespace("homelab")
        .withName(name)
        .get()
        .getMetadata()
        .getLabels()
        .get("rack")
        .equals(rack);
  }

  private InformerRegistry informers() {
    return context.getComponent("k8s-informer", InformerComponent.class).informers();
  }

  private InformerStatus status(String name) {
    return informers().statuses().stream()
        .filter(status -> status.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private HealthCheck.Result readiness(String id) {
    return HealthCheckRegistry.get(context).getCheck(id).orElseThrow().call();
  }

  private void create(HasMetadata object) {
    client.resource(object).create();
  }

  private static Node machine(String name) {
    Node node = new Node();
    node.setMetadata(meta(name).build());
    return node;
  }

  private static Node label(Node node, String key, String value) {
    node.getMetadata().setLabels(Map.of(key, value));
    return node;
  }

  private static Group group(String name) {
    Group group = new Group();
    group.setMetadata(meta(name).build());
    return group;
  }

  private static Job job(String name, String app) {
    return new JobBuilder().withMetadata(meta(name).addToLabels("app", app).build()).build();
  }

  private static Pod pod(String name) {
    ObjectMeta meta = meta(name).build();
    return new PodBuilder().withMetadata(meta).build();
  }

  private static ObjectMetaBuilder meta(String name) {
    return new ObjectMetaBuilder().withName(name).withNamespace("homelab");
  }
}
