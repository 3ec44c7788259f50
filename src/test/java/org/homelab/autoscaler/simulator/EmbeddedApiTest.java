package org.homelab.autoscaler.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeSpec;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.api.PowerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedApiTest {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final EmbeddedApi api = new EmbeddedApi(Duration.ofMillis(300));
  private KubernetesClient client;

  @BeforeEach
  void start() {
    api.start();
    // The client would try a refused eviction again for half a minute.
    client =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(api.config()).withRequestRetryBackoffLimit(0).build())
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void anEvictedPodGoesAfterItsTermination() {
    running("web-1", "atlas", Map.of());
    assertThat(evict("web-1")).isEqualTo(201);
    assertThat(pod("web-1").getMetadata().getDeletionTimestamp()).isNotNull();
    await().atMost(Duration.ofSeconds(5)).until(() -> pod("web-1") == null);
  }

  @Test
  void aWatchEndsWhenItsTimeIsOver() throws Exception {
    var ended = new CompletableFuture<Integer>();
    URI watch =
        URI.create(
            api.config().getMasterUrl().replaceFirst("^http", "ws")
                + "api/v1/pods?watch=true&timeoutSeconds=1");
    HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(
            watch,
            new WebSocket.Listener() {
              @Override
              public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                ended.complete(code);
                return CompletableFuture.completedFuture(reason);
              }
            })
        .get(30, TimeUnit.SECONDS);
    assertThat(ended.get(30, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    assertThat(api.openWatches()).isZero();
  }

  @Test
  void aPodThatNeverRanGoesAtOnce() {
    pods().resource(pod("web-1", Map.of()).build()).create();
    assertThat(evict("web-1")).isEqualTo(201);
    assertThat(pod("web-1")).isNull();
  }

  @Test
  void aBudgetOfAtLeastForbidsTheLastEviction() {
    running("web-1", "atlas", Map.of("app", "web"));
    running("web-2", "atlas", Map.of("app", "web"));
    client
        .resource(
            new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withNewMinAvailable(1)
                .withNewSelector()
                .addToMatchLabels("app", "web")
                .endSelector()
                .endSpec()
                .build())
        .create();
    assertThat(evict("web-1")).isEqualTo(201);
    assertThat(evict("web-2")).isEqualTo(429);
    await().atMost(Duration.ofSeconds(5)).until(() -> pod("web-1") == null);
    assertThat(evict("web-2")).as("still the only healthy one").isEqualTo(429);
    running("web-3", "boreas", Map.of("app", "web"));
    assertThat(evict("web-2")).isEqualTo(201);
  }

  @Test
  void aBudgetOfAtMostCountsPodsThatDoNotRunAsUnavailable() {
    running("db-1", "atlas", Map.of("app", "db"));
    pods().resource(pod("db-2", Map.of("app", "db")).build()).create();
    client
        .resource(
            new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName("db")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withNewMaxUnavailable("50%")
                .withNewSelector()
                .addToMatchLabels("app", "db")
                .endSelector()
                .endSpec()
                .build())
        .create();
    assertThat(evict("db-1")).isEqualTo(429);
    assertThat(evict("db-2")).as("it does not run, so nothing is disrupted").isEqualTo(201);
  }

  @Test
  void anEvictionOfAnotherPodOfThatNameIsRefused() {
    running("web-1", "atlas", Map.of());
    var eviction =
        new EvictionBuilder()
            .withNewMetadata()
            .withName("web-1")
            .withNamespace("default")
            .endMetadata()
            .withDeleteOptions(
                new DeleteOptionsBuilder()
                    .withNewPreconditions()
                    .withUid("another")
                    .endPreconditions()
                    .build())
            .build();
    assertThat(code(() -> pods().withName("web-1").evict(eviction))).isEqualTo(409);
    assertThat(pod("web-1").getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void podsAreListedByTheNodeTheyRunOn() {
    running("web-1", "atlas", Map.of());
    running("web-2", "boreas", Map.of());
    assertThat(client.pods().inAnyNamespace().withField("spec.nodeName", "atlas").list().getItems())
        .extracting(pod -> pod.getMetadata().getName())
        .containsExactly("web-1");
  }

  @Test
  void setBasedSelectorsSelect() {
    running("web-1", "atlas", Map.of("app", "web"));
    running("db-1", "atlas", Map.of("app", "db"));
    running("bare-1", "atlas", Map.of());
    assertThat(pods().withLabelIn("app", "web", "db").list().getItems()).hasSize(2);
    assertThat(pods().withLabelNotIn("app", "web").list().getItems()).hasSize(2);
    assertThat(pods().withoutLabel("app").list().getItems()).hasSize(1);
    assertThat(pods().withLabel("app").list().getItems()).hasSize(2);
  }

  @Test
  void aMergePatchTakesFieldsAwayAndHonoursItsRevision() {
    client
        .resource(new NodeBuilder().withNewMetadata().withName("atlas").endMetadata().build())
        .create();
    var nodes = client.nodes().withName("atlas");
    nodes.patch(MERGE, "{\"metadata\":{\"annotations\":{\"a\":\"1\",\"b\":\"2\"}}}");
    String old = nodes.get().getMetadata().getResourceVersion();
    nodes.patch(
        MERGE, "{\"metadata\":{\"annotations\":{\"a\":null}},\"spec\":{\"unschedulable\":true}}");
    assertThat(nodes.get().getMetadata().getAnnotations()).containsOnly(Map.entry("b", "2"));
    assertThat(nodes.get().getSpec().getUnschedulable()).isTrue();
    assertThat(
            code(
                () ->
                    nodes.patch(
                        MERGE,
                        "{\"metadata\":{\"resourceVersion\":\"%s\"},\"spec\":{}}".formatted(old))))
        .isEqualTo(409);
  }

  @Test
  void statusIsWrittenOnlyThroughItsSubresource() {
    Node node = new Node();
    node.setMetadata(
        new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
            .withName("atlas")
            .withNamespace("lab")
            .build());
    node.setSpec(spec(PowerState.OFF));
    var created = client.resource(node).create();
    assertThat(created.getMetadata().getGeneration()).isEqualTo(1);
    created.setStatus(status("ready"));
    created = client.resource(created).updateStatus();
    created.setSpec(spec(PowerState.ON));
    created.setStatus(status("shutdown"));
    created = client.resource(created).update();
    assertThat(created.getStatus().progress()).isEqualTo("ready");
    assertThat(created.getSpec().powerState()).isEqualTo(PowerState.ON);
    assertThat(created.getMetadata().getGeneration()).isEqualTo(2);
    String patch = "{\"status\":{\"progress\":\"shutdown\"},\"spec\":{\"powerState\":\"off\"}}";
    var patched = client.resource(created).subresource("status").patch(MERGE, patch);
    assertThat(patched.getStatus().progress()).isEqualTo("shutdown");
    assertThat(patched.getSpec().powerState()).isEqualTo(PowerState.ON);
  }

  @Test
  void aDeletionHonoursItsPreconditions() {
    Pod pod = running("web-1", "atlas", Map.of());
    assertThat(code(() -> pods().resource(pod).lockResourceVersion("1").delete())).isEqualTo(409);
    assertThat(pod("web-1").getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void aJobDeletedInTheForegroundStaysUntilItsFinalizerGoes() {
    Job job =
        client
            .resource(
                new JobBuilder()
                    .withNewMetadata()
                    .withName("atlas-startup-1")
                    .withNamespace("lab")
                    .endMetadata()
                    .build())
            .create();
    client.resource(job).withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    var jobs = client.batch().v1().jobs().inNamespace("lab").withName("atlas-startup-1");
    assertThat(jobs.get().getMetadata().getFinalizers()).containsExactly("foregroundDeletion");
    assertThat(jobs.get().getMetadata().getDeletionTimestamp()).isNotNull();
    jobs.patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
    assertThat(jobs.get()).isNull();
  }

  @Test
  void creatingTwiceIsRefusedAsKubernetesDoes() {
    running("web-1", "atlas", Map.of());
    assertThatThrownBy(() -> pods().resource(pod("web-1", Map.of()).build()).create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> {
              assertThat(refused.getCode()).isEqualTo(409);
              assertThat(refused.getStatus().getReason()).isEqualTo("AlreadyExists");
            });
  }

  @Test
  void ofManyWritersWithOneRevisionExactlyOneWins() throws Exception {
    Pod pod = running("web-1", "atlas", Map.of());
    String patch =
        "{\"metadata\":{\"resourceVersion\":\"%s\",\"labels\":{\"winner\":\"%%d\"}}}"
            .formatted(pod.getMetadata().getResourceVersion());
    List<Callable<Integer>> writers =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    (Callable<Integer>)
                        () -> code(() -> pods().withName("web-1").patch(MERGE, patch.formatted(i))))
            .toList();
    var threads = Executors.newFixedThreadPool(8);
    try {
      List<Integer> codes = threads.invokeAll(writers).stream().map(EmbeddedApiTest::join).toList();
      assertThat(codes).containsOnlyOnce(0);
      assertThat(codes).filteredOn(code -> code == 409).hasSize(7);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aWatchBeginsWhereItsListEnded() {
    running("web-1", "atlas", Map.of());
    var list = pods().list();
    pods().withName("web-1").withGracePeriod(0).delete();
    running("web-2", "atlas", Map.of());
    List<String> seen = new CopyOnWriteArrayList<>();
    try (Watch watch =
        pods()
            .withResourceVersion(list.getMetadata().getResourceVersion())
            .watch(
                new Watcher<Pod>() {
                  @Override
                  public void eventReceived(Action action, Pod pod) {
                    seen.add(action + " " + pod.getMetadata().getName());
                  }

                  @Override
                  public void onClose(WatcherException cause) {}
                })) {
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(
              () -> assertThat(seen).startsWith("DELETED web-1", "ADDED web-2", "MODIFIED web-2"));
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> api.openWatches() == 0);
  }

  @Test
  void anInformerAgreesWithTheStoreAfterAStormOfWrites() throws Exception {
    Map<String, String> informed = new ConcurrentHashMap<>();
    try (SharedIndexInformer<Pod> informer = pods().inform(into(informed))) {
      var threads = Executors.newFixedThreadPool(4);
      List<Callable<Integer>> writers =
          IntStream.range(0, 40)
              .mapToObj(
                  i ->
                      (Callable<Integer>)
                          () -> {
                            running("web-" + i, "atlas", Map.of());
                            return i % 2 == 0
                                ? pods().withName("web-" + i).withGracePeriod(0).delete().size()
                                : 0;
                          })
              .toList();
      threads.invokeAll(writers).forEach(EmbeddedApiTest::join);
      threads.shutdownNow();
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(informed.keySet())
                      .containsExactlyInAnyOrderElementsOf(
                          api.list(Change.PODS, Pod.class).stream()
                              .map(pod -> pod.getMetadata().getName())
                              .toList()));
      assertThat(informed).hasSize(20);
      assertThat(informer.isWatching()).isTrue();
    }
  }

  private static ResourceEventHandler<Pod> into(Map<String, String> informed) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(Pod pod) {
        informed.put(pod.getMetadata().getName(), pod.getMetadata().getResourceVersion());
      }

      @Override
      public void onUpdate(Pod before, Pod pod) {
        onAdd(pod);
      }

      @Override
      public void onDelete(Pod pod, boolean unknown) {
        informed.remove(pod.getMetadata().getName());
      }
    };
  }

  private static NodeSpec spec(PowerState desired) {
    return new NodeSpec(desired, "atlas", null, null, null, null, null, null, null, null, null);
  }

  private static NodeStatus status(String progress) {
    return new NodeStatus(
        "on", progress, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null);
  }

  private Pod running(String name, String node, Map<String, String> labels) {
    Pod created =
        pods().resource(pod(name, labels).editSpec().withNodeName(node).endSpec().build()).create();
    created.setStatus(
        new io.fabric8.kubernetes.api.model.PodStatusBuilder().withPhase("Running").build());
    return pods().resource(created).updateStatus();
  }

  private static PodBuilder pod(String name, Map<String, String> labels) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus();
  }

  private io.fabric8.kubernetes.client.dsl.NonNamespaceOperation<
          Pod,
          io.fabric8.kubernetes.api.model.PodList,
          io.fabric8.kubernetes.client.dsl.PodResource>
      pods() {
    return client.pods().inNamespace("default");
  }

  private Pod pod(String name) {
    return pods().withName(name).get();
  }

  private int evict(String name) {
    var eviction =
        new EvictionBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("default")
            .endMetadata()
            .build();
    try {
      return pods().withName(name).evict(eviction) ? 201 : 429;
    } catch (KubernetesClientException refused) {
      return refused.getCode();
    }
  }

  private static int code(Runnable call) {
    try {
      call.run();
      return 0;
    } catch (KubernetesClientException refused) {
      return refused.getCode();
    }
  }

  private static int join(java.util.concurrent.Future<Integer> future) {
    try {
      return future.get();
    } catch (java.util.concurrent.ExecutionException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
