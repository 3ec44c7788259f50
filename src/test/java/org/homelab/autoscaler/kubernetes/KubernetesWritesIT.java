package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.homelab.autoscaler.kubernetes.TestCluster.insist;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.PowerIntent;
import org.homelab.autoscaler.cloudprovider.ProviderException;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.KwokNodes;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What we write, as a real Kubernetes takes it. */
@NeedsControlPlane
class KubernetesWritesIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private TestCluster cluster;

  KubernetesWritesIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @BeforeEach
  void start() {
    controlPlane.applyCrds();
    cluster = new TestCluster(client, controlPlane.newNamespace("writes"), Clock.systemUTC());
    cluster.rackWithMachine("on");
  }

  @AfterEach
  void stop() {
    controlPlane.reset();
  }

  @Test
  void aStatusIsStoredWholeAndNothingOfItIsDropped() {
    Step step = cluster.look();
    cluster.status.write(step);
    cluster.jobs.startup(step, 0);
    cluster.status.given(step);

    assertThat(cluster.machine().status().operation())
        .get()
        .satisfies(
            operation -> {
              assertThat(operation.command().orElseThrow().job()).contains("m1-startup-1");
              assertThat(operation.startedAt()).isCloseTo(step.now(), within(1, ChronoUnit.MILLIS));
            });
    Step failed = cluster.step(new Decision.FailStartup(Reason.BOOT_TIMEOUT, "not Ready"));
    cluster.status.write(failed);
    assertThat(cluster.machine().status().operation()).isEmpty();
    assertThat(cluster.machine().status().failure()).isPresent();
    assertThat(NodeReader.read(cluster.stored()).status()).isEqualTo(cluster.machine().status());
  }

  @Test
  void aStatusFromAnOldLookIsRefused() {
    Step old = cluster.look();
    client.resource(cluster.stored()).edit(TestCluster::touched);

    assertThatThrownBy(() -> cluster.status.write(old)).isInstanceOf(StaleLook.class);
    assertThat(cluster.stored().getStatus()).isNull();
  }

  @Test
  void aTransitionIsToldAsEventsThatTheServerTakes() {
    joined(Duration.ofHours(1));
    cluster.status.write(cluster.step(new Decision.PowerOn(Reason.DESIRED_ON, 1)));

    assertThat(events(cluster.namespace)).contains("PowerOnWanted");
    assertThat(events("default")).contains("PowerOnWanted");
  }

  @Test
  void aGroupTellsItsStatus() {
    cluster.groupStatus.write(cluster.fleet.group("rack").orElseThrow().key());

    Group stored =
        client.resources(Group.class).inNamespace(cluster.namespace).withName("rack").get();
    assertThat(stored.getStatus().targetSize()).isEqualTo(1);
    assertThat(stored.getStatus().conditions()).extracting(c -> c.getType()).contains("Loaded");
  }

  @Test
  void aPowerJobRunsAnywhereButOnItsOwnMachine() {
    joined(Duration.ZERO);
    Step step = cluster.step(new Decision.PowerOff(Reason.DRAINED, 1));
    cluster.jobs.shutdown(step, 0);
    cluster.jobs.shutdown(step, 0);
    await("pod of the Job").atMost(SOON).until(() -> !pods().isEmpty());
    assertThat(pods().get(0).getSpec().getNodeName()).isNull();
    assertThat(pods().get(0).getSpec().getAutomountServiceAccountToken()).isFalse();

    client.resource(KwokNodes.booting("w2", Duration.ZERO, Optional.empty())).create();

    await("Job done").atMost(SOON).until(() -> state(job()) == PowerJob.State.SUCCEEDED);
    assertThat(pods()).extracting(pod -> pod.getSpec().getNodeName()).containsExactly("w2");
    assertThat(job().getMetadata().getOwnerReferences().get(0).getUid())
        .isEqualTo(cluster.stored().getMetadata().getUid());
  }

  @Test
  void aPodSpecThatTheServerRefusesIsNamed() {
    client
        .resource(cluster.stored())
        .edit(
            node -> {
              Node broken =
                  Yaml.read(
                      Node.class,
                      """
                      metadata: { name: m1, labels: { group: rack } }
                      spec:
                        powerState: "on"
                        kubernetesNodeName: w1
                        startupPodSpec:
                          image: wake
                          resources: { requests: { memory: 2Gi }, limits: { memory: 1Gi } }
                        shutdownPodSpec: { image: sleep }
                      """);
              node.setSpec(broken.getSpec());
              return node;
            });
    cluster.feed.machine(cluster.stored(), "APPLIED");

    assertThatThrownBy(() -> cluster.jobs.startup(cluster.look(), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "fix spec.startupPodSpec of Node " + cluster.namespace + "/m1: Job.batch");
  }

  @Test
  void aJobThatIsStoppedIsGoneOnlyWithItsPods() {
    Step step = cluster.look();
    cluster.jobs.startup(step, 0);
    await("pod of the Job").atMost(SOON).until(() -> !pods().isEmpty());

    cluster.jobs.cancel(step);

    await("no Job").atMost(SOON).until(() -> job() == null);
    assertThat(pods()).isEmpty();
  }

  @Test
  void onlyPodsThatSomebodyWouldMissAreEvictedAndBudgetsAreRespected() {
    joined(Duration.ZERO);
    create(
        Yaml.read(
            DaemonSet.class,
            APP.replace("serviceName: %s", "minReadySeconds: 0").formatted("cni", "cni", "cni")));
    create(Yaml.read(StatefulSet.class, APP.formatted("db", "db", "db", "db")));
    create(
        Yaml.read(
            PodDisruptionBudget.class,
            """
            metadata: { name: db }
            spec: { minAvailable: 1, selector: { matchLabels: { app: db } } }
            """));
    create(
        Yaml.read(
            Pod.class,
            "metadata: { name: bare }\nspec: { containers: [{ name: x, image: x }], volumes: [{ name: tmp, emptyDir: {} }] }"));
    create(
        Yaml.read(
            Pod.class,
            "metadata: { name: static, annotations: { kubernetes.io/config.mirror: x } }\nspec: { nodeName: w1, containers: [{ name: x, image: x }] }"));
    await("running").atMost(SOON).until(() -> running() == 4);
    await("budget").atMost(SOON).until(this::budgetIsKnown);
    assertThat(cluster.drainView().remaining()).isEqualTo(2);

    cluster.drain.evict(drain());
    assertThat(pods()).as("nothing goes while a pod blocks").noneMatch(Meta::deleting);
    assertThat(cluster.drainView().progress(2))
        .startsWith("0 of 2 pods gone, waiting for " + cluster.namespace + "/bare: no controller");

    cluster.groupSays("spec: { drain: { unmanagedPods: evict } }");
    assertThat(cluster.drainView().waitingFor())
        .contains("bare: emptyDir volume tmp would be lost");
    cluster.groupSays("spec: { drain: { unmanagedPods: evict, localStorage: delete } }");
    cluster.drain.evict(drain());

    await("bare gone").atMost(SOON).until(() -> pod("bare") == null);
    DrainView left = cluster.drainView();
    assertThat(left.remaining()).isEqualTo(1);
    assertThat(left.progress(2))
        .isEqualTo(
            "1 of 2 pods gone, waiting for "
                + cluster.namespace
                + "/db-0: PDB allows 0. The disruption budget db needs 1 healthy pods and has 1"
                + " currently");
    assertThatThrownBy(
            () -> cluster.drain.lastLook(cluster.step(new Decision.PowerOff(Reason.DRAINED, 1))))
        .isInstanceOf(PodsRemain.class);

    client
        .policy()
        .v1()
        .podDisruptionBudget()
        .inNamespace(cluster.namespace)
        .withName("db")
        .delete();
    await("drained")
        .atMost(SOON)
        .until(
            () -> {
              cluster.drain.evict(drain());
              return cluster.drainView().done();
            });
    assertThat(pod("static")).isNotNull();
    await("db-0 again").atMost(SOON).until(() -> pod("db-0") != null);
    assertThat(pod("db-0").getSpec().getNodeName()).isNull();
    cluster.drain.lastLook(cluster.step(new Decision.PowerOff(Reason.DRAINED, 1)));

    cluster.drain.uncordon(drain());
    await("db-0 back").atMost(SOON).until(() -> "w1".equals(pod("db-0").getSpec().getNodeName()));
  }

  @Test
  void aNodeThatJoinsBecomesOursAndOneThatIsOffIsDeleted() {
    joined(Duration.ofHours(1));
    cluster.drain.cordon(drain());

    cluster.nodes.becomeReady(cluster.step(new Decision.BecomeReady(Reason.READY)));

    var node = cluster.kubernetesNode();
    assertThat(node.getSpec().getProviderID()).isEqualTo("homelab://m1");
    assertThat(node.getSpec().getUnschedulable()).isNull();
    assertThat(node.getMetadata().getLabels()).containsEntry("infra.homecluster.dev/node", "m1");
    assertThat(node.getStatus().getCapacity()).containsKey("cpu");

    insist(() -> cluster.nodes.forget(cluster.step(new Decision.ConfirmOff(Reason.CONFIRMED_OFF))));
    assertThat(cluster.kubernetesNode()).isNull();
    assertThat(cluster.machine().node()).isEmpty();
  }

  @Test
  void aNodeThatChangedInTheLastMomentIsNotDeleted() {
    joined(Duration.ofHours(1));
    var seen = cluster.kubernetesNode();
    cluster.change(
        node -> node.edit().editMetadata().addToLabels("touched", "yes").endMetadata().build());

    assertThatThrownBy(
            () ->
                client
                    .resource(seen)
                    .lockResourceVersion(seen.getMetadata().getResourceVersion())
                    .delete())
        .hasMessageContaining("the ResourceVersion in the precondition");
    assertThat(cluster.kubernetesNode()).isNotNull();
  }

  @Test
  void anOrderFromAnOldSnapshotIsRefusedAndLeavesNothingBehind() {
    cluster.machine(
        """
        metadata: { name: m2, labels: { group: rack } }
        spec:
          powerState: "off"
          kubernetesNodeName: w2
          startupPodSpec: { image: wake }
          shutdownPodSpec: { image: sleep }
        """);
    GroupSnapshot group = cluster.fleet.group("rack").orElseThrow();
    List<PowerIntent> order =
        List.of(
            new PowerIntent(group.machine("m2").orElseThrow(), PowerState.ON, "test"),
            new PowerIntent(group.machine("m1").orElseThrow(), PowerState.OFF, "test"));
    client.resource(cluster.stored()).edit(TestCluster::touched);

    assertThatThrownBy(() -> cluster.intents.apply(group, order))
        .isInstanceOf(ProviderException.StaleSnapshot.class);

    assertThat(powerState("m1")).isEqualTo(PowerState.ON);
    assertThat(powerState("m2")).isEqualTo(PowerState.OFF);

    cluster.intents.apply(
        cluster.fleet.group("rack").orElseThrow(),
        List.of(
            new PowerIntent(
                cluster.fleet.group("rack").orElseThrow().machine("m2").orElseThrow(),
                PowerState.ON,
                "test")));
    assertThat(powerState("m2")).isEqualTo(PowerState.ON);
  }

  private static final String APP =
      """
      metadata: { name: %s }
      spec:
        serviceName: %s
        selector: { matchLabels: { app: %s } }
        template:
          metadata: { labels: { app: %s } }
          spec: { containers: [{ name: x, image: x }] }
      """;

  private Step drain() {
    return cluster.step(new Decision.Drain(Reason.DRAINING, Instant.now()));
  }

  /** Kubernetes node w1 has registered. */
  private void joined(Duration bootDelay) {
    client.resource(KwokNodes.booting("w1", bootDelay, Optional.empty())).create();
    if (bootDelay.isZero()) {
      await("w1").atMost(SOON).until(() -> "True".equals(KwokNodes.readiness(client, "w1")));
    }
    cluster.feed.kubernetesNode(cluster.kubernetesNode(), "APPLIED");
  }

  private void create(HasMetadata resource) {
    client.resource(resource).inNamespace(cluster.namespace).create();
  }

  private List<Pod> pods() {
    return client.pods().inNamespace(cluster.namespace).list().getItems();
  }

  private Pod pod(String name) {
    return client.pods().inNamespace(cluster.namespace).withName(name).get();
  }

  private long running() {
    return pods().stream().filter(pod -> "Running".equals(pod.getStatus().getPhase())).count();
  }

  private boolean budgetIsKnown() {
    var status =
        client
            .policy()
            .v1()
            .podDisruptionBudget()
            .inNamespace(cluster.namespace)
            .withName("db")
            .get()
            .getStatus();
    return status != null && Integer.valueOf(1).equals(status.getCurrentHealthy());
  }

  private Job job() {
    return cluster.allJobs().stream().findFirst().orElse(null);
  }

  private static PowerJob.State state(Job job) {
    return JobReader.read(job).orElseThrow().state();
  }

  private PowerState powerState(String name) {
    return client
        .resources(Node.class)
        .inNamespace(cluster.namespace)
        .withName(name)
        .get()
        .getSpec()
        .powerState();
  }

  private List<String> events(String namespace) {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .map(Event::getReason)
        .toList();
  }
}
