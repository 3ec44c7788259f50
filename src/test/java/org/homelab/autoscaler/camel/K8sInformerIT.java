package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.kubernetes.Connection;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Ports;
import org.homelab.autoscaler.testing.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a real API server does to a watch: cut it, forget its place, and lack the CRD. */
@NeedsControlPlane
class K8sInformerIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration LITTLE = Duration.ofSeconds(2);
  private static final int CUTS = Boolean.getBoolean("homelab.long") ? 200 : 8;
  private static final Duration OUTAGE =
      Boolean.getBoolean("homelab.long") ? Duration.ofMinutes(1) : Duration.ofSeconds(3);

  private final ControlPlane controlPlane;
  private final CamelContext context = new DefaultCamelContext();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private TcpProxy wire;
  private KubernetesClient client;
  private String namespace;

  K8sInformerIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @BeforeEach
  void connect() throws IOException {
    namespace = controlPlane.newNamespace("informer");
    wire = new TcpProxy(Ports.free(), controlPlane.apiPort());
    wire.open();
    Config config = Config.fromKubeconfig(Files.readString(controlPlane.kubeconfig()));
    config.setMasterUrl("https://127.0.0.1:" + wire.port() + "/");
    client = Connection.of(config, new ApiCalls());
    context.getRegistry().bind("kubernetes", client);
  }

  @AfterEach
  void disconnect() throws Exception {
    context.close();
    client.close();
    wire.close();
    controlPlane.reset();
  }

  @Test
  void listsAgainAfterItsPlaceIsForgottenAndDeliversTheDeletionItMissed() throws Exception {
    create(job("stays"));
    create(job("goes"));
    start("k8s-informer:jobs");
    awaitSeen("APPLIED stays", "APPLIED goes");
    await().atMost(SOON).until(() -> status().watching());

    wire.shut();
    controlPlane.client().resource(job("goes")).delete();
    controlPlane.forgetHistory();
    wire.open();
    awaitSeen("APPLIED stays", "APPLIED goes", "DELETED goes");
    create(job("comes"));
    awaitSeen("APPLIED stays", "APPLIED goes", "DELETED goes", "APPLIED comes");
    await().atMost(SOON).until(() -> status().watching());
  }

  @Test
  void goesOnAfterTheApiServerWasRestarted() throws Exception {
    create(job("before"));
    start("k8s-informer:jobs");
    awaitSeen("APPLIED before");
    controlPlane.stopApiServer();
    await().atMost(SOON).until(() -> !status().watching());
    controlPlane.startApiServer();
    create(job("afterwards"));
    awaitSeen("APPLIED before", "APPLIED afterwards");
    await().atMost(SOON).until(() -> status().watching());
    assertThat(status().watchAge()).isZero();
  }

  @Test
  void goesOnAfterAnOutageAndKnowsHowLongItHasBeenAway() throws Exception {
    create(job("before"));
    start("k8s-informer:jobs");
    awaitSeen("APPLIED before");
    await().atMost(SOON).until(() -> status().watching());
    wire.shut();
    create(job("meanwhile"));
    await().atMost(SOON.plus(OUTAGE)).until(() -> status().watchAge().compareTo(OUTAGE) > 0);
    assertThat(status().synced()).isTrue();
    wire.open();
    awaitSeen("APPLIED before", "APPLIED meanwhile");
    await().atMost(SOON).until(() -> status().watchAge().isZero());
  }

  @Test
  void goesOnAfterEachOfManyCuts() throws Exception {
    start("k8s-informer:jobs");
    var expected = new ArrayList<String>();
    for (int i = 0; i < CUTS; i++) {
      create(job("job-" + i));
      wire.cut();
      expected.add("APPLIED job-" + i);
    }
    awaitSeen(expected.toArray(String[]::new));
  }

  @Test
  void noticesAConnectionThatHasGoneDeadWithoutAnEndAndMissesNothing() throws Exception {
    create(job("stays"));
    create(job("goes"));
    watchFor(Duration.ofSeconds(3));
    start("k8s-informer:jobs");
    awaitSeen("APPLIED stays", "APPLIED goes");
    await().atMost(SOON).until(() -> status().watching());

    wire.silence();
    controlPlane.client().resource(job("goes")).delete();
    create(job("comes"));
    awaitSeen("APPLIED stays", "APPLIED goes", "DELETED goes", "APPLIED comes");
    await().atMost(SOON).until(() -> status().watching());
    create(job("afterwards"));
    awaitSeen(
        "APPLIED stays", "APPLIED goes", "DELETED goes", "APPLIED comes", "APPLIED afterwards");
  }

  @Test
  void saysThatItIsDeafWhileTheServerAcceptsAndSaysNothing() throws Exception {
    create(job("before"));
    watchFor(Duration.ofSeconds(3));
    start("k8s-informer:jobs");
    awaitSeen("APPLIED before");
    await().atMost(SOON).until(() -> status().watching());

    wire.freeze();
    create(job("meanwhile"));
    await().atMost(SOON).until(() -> status().problem().isPresent());
    assertThat(status().watching()).isFalse();
    assertThat(status().watchAge()).as("since the watch was opened").isGreaterThan(LITTLE);
    assertThat(status().synced()).isTrue();
    wire.thaw();
    awaitSeen("APPLIED before", "APPLIED meanwhile");
    await().atMost(SOON).until(() -> status().watchAge().isZero());
  }

  @Test
  void aRequestOverADeadConnectionFailsInTimeAndTheNextOneTakesAnother() {
    Config impatient =
        new ConfigBuilder(client.getConfiguration()).withRequestTimeout(1000).build();
    try (KubernetesClient asking = Connection.of(impatient, new ApiCalls())) {
      assertThat(fails(asking)).isFalse();
      // A connection is free again a moment after its answer, so a request may take a fresh one.
      await("a request over a dead connection")
          .atMost(SOON)
          .pollInSameThread()
          .until(
              () -> {
                wire.silence();
                return fails(asking);
              });
      assertThat(asking.namespaces().withName(namespace).get()).isNotNull();
    }
  }

  private boolean fails(KubernetesClient asking) {
    try {
      asking.namespaces().withName(namespace).get();
      return false;
    } catch (KubernetesClientException unanswered) {
      return true;
    }
  }

  @Test
  void waitsForTheCrdAndGoesOnWhenItIsThere() throws Exception {
    controlPlane.applyCrds();
    controlPlane.removeCrds();
    start("k8s-informer:groups");
    await().atMost(SOON).until(() -> status().problem().isPresent());
    assertThat(status().problem().get()).contains("kubectl apply -k kustomize/crd");
    assertThat(status().synced()).isFalse();
    controlPlane.applyCrds();
    create(group("rack"));
    awaitSeen("APPLIED rack");
    await().atMost(SOON).until(() -> status().synced());
  }

  private void watchFor(Duration longest) {
    context.getComponent("k8s-informer", InformerComponent.class).setWatchDuration(longest);
  }

  private void start(String uri) throws Exception {
    String where = uri + "?namespace=" + namespace;
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            from(where)
                .routeId(uri.substring(uri.indexOf(':') + 1))
                .process(K8sInformerIT.this::remember);
          }
        });
    context.start();
  }

  private void remember(Exchange exchange) {
    String name = exchange.getMessage().getBody(HasMetadata.class).getMetadata().getName();
    seen.add(exchange.getMessage().getHeader(Headers.ACTION) + " " + name);
  }

  /** What the route has seen, each change of an object once however often it came. */
  private void awaitSeen(String... expected) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(Set.copyOf(seen)).containsExactlyInAnyOrder(expected));
  }

  private InformerStatus status() {
    return context
        .getComponent("k8s-informer", InformerComponent.class)
        .informers()
        .statuses()
        .get(0);
  }

  private void create(HasMetadata object) {
    controlPlane.client().resource(object).create();
  }

  private Job job(String name) {
    return new JobBuilder()
        .withMetadata(meta(name))
        .withNewSpec()
        .withSuspend(true)
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("work")
        .withImage("none")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private Group group(String name) {
    Group group = new Group();
    group.setMetadata(meta(name));
    return group;
  }

  private ObjectMeta meta(String name) {
    return new ObjectMetaBuilder().withName(name).withNamespace(namespace).build();
  }
}
