package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrainTest {
  private final EmbeddedApi api = new EmbeddedApi(Duration.ofHours(1));
  private KubernetesClient client;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    cluster = new TestCluster(client);
    cluster.rackWithMachine("off");
    cluster.kubernetesNode(true);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void anEmptyMachineIsDrained() {
    pod(
        "cni",
        "ownerReferences: [{ apiVersion: apps/v1, kind: DaemonSet, name: cni, uid: x }]",
        "");
    pod("elsewhere", "", "nodeName: w2,");

    assertThat(cluster.drain.look(cluster.machine())).isEqualTo(DrainView.EMPTY);
  }

  @Test
  void evictingCordonsAndAsksEveryPodToGo() {
    pod("a", "", "");
    pod("b", "", "");
    assertThat(cluster.drain.look(cluster.machine()).waitingFor())
        .isEqualTo("2 pods left, waiting for homelab/a: not evicted yet");

    cluster.drain.evict(drainStep());

    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isTrue();
    assertThat(cluster.machine().node().orElseThrow().cordonedByUs()).isTrue();
    assertThat(client.pods().inNamespace(TestCluster.NAMESPACE).list().getItems())
        .allMatch(Meta::deleting);
    assertThat(cluster.drain.look(cluster.machine()))
        .isEqualTo(new DrainView(2, "2 pods left, waiting for homelab/a: it is terminating"));
  }

  @Test
  void aPodThatItsBudgetKeepsIsNamedWithTheBudget() {
    pod("a", "", "");
    pod("db-0", "labels: { app: db }", "");
    budget("db");

    Instant before = Instant.now();
    cluster.drain.evict(drainStep());
    assertThat(Duration.between(before, Instant.now()))
        .as("a budget's refusal is not tried again by the client")
        .isLessThan(Duration.ofSeconds(20));

    assertThat(client.pods().inNamespace(TestCluster.NAMESPACE).withName("db-0").get())
        .matches(pod -> !Meta.deleting(pod));
    assertThat(cluster.drain.look(cluster.machine()).waitingFor())
        .startsWith("2 pods left, waiting for homelab/db-0: ")
        .containsIgnoringCase("disruption budget");
  }

  @Test
  void aPodWhoseGraceIsOverCountsAsGoneOnlyWhereNoKubeletIsLeft() {
    pod("a", "", "");
    cluster.drain.evict(drainStep());
    Instant late = Instant.now().plus(Duration.ofHours(2));
    var later = new Pods(client, Clock.fixed(late, ZoneOffset.UTC));
    var soon = new Pods(client, Clock.systemUTC());
    assertThat(later.remaining(cluster.machine())).hasSize(1);

    cluster.change(DrainTest::notReady);

    assertThat(later.remaining(cluster.machine())).isEmpty();
    assertThat(soon.remaining(cluster.machine())).hasSize(1);
  }

  @Test
  void onlyOurOwnCordonIsTakenBack() {
    cluster.drain.cordon(drainStep());
    cluster.drain.uncordon(drainStep());

    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isNull();
    assertThat(Meta.annotation(cluster.kubernetesNode(), Api.CORDONED_ANNOTATION)).isEmpty();
    assertThat(cluster.machine().node().orElseThrow().unschedulable()).isFalse();
  }

  @Test
  void aPersonsCordonStaysTheirs() {
    cluster.change(node -> node.edit().editSpec().withUnschedulable(true).endSpec().build());

    cluster.drain.cordon(drainStep());
    cluster.drain.uncordon(drainStep());

    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isTrue();
    assertThat(Meta.annotation(cluster.kubernetesNode(), Api.CORDONED_ANNOTATION)).isEmpty();
  }

  @Test
  void anotherKubernetesNodeOfTheSameNameIsNotCordoned() {
    Step step = drainStep();
    client.nodes().withName("w1").delete();
    client.resource(Yaml.read(Node.class, "metadata: { name: w1 }\nspec: {}")).create();

    assertThatThrownBy(() -> cluster.drain.cordon(step)).isInstanceOf(StaleLook.class);
    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isNull();
  }

  @Test
  void aMachineWithoutAKubernetesNodeNeedsNoCordon() {
    Step step = drainStep();
    client.nodes().withName("w1").delete();

    assertThatCode(() -> cluster.drain.cordon(step)).doesNotThrowAnyException();
  }

  @Test
  void aPodThatCameMeanwhileStopsThePowerOff() {
    pod("late", "", "");

    assertThatThrownBy(() -> cluster.drain.lastLook(powerOff(Reason.DRAINED)))
        .isInstanceOf(PodsRemain.class)
        .hasMessageContaining("homelab/late");
    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isTrue();
  }

  @Test
  void aForcedPowerOffGoesOnUnderThePods() {
    pod("late", "", "");

    assertThatCode(() -> cluster.drain.lastLook(powerOff(Reason.DRAIN_FORCED)))
        .doesNotThrowAnyException();
  }

  @Test
  void aResumedPowerOffIsForcedOnlyIfItsOwnerChoseSo() {
    pod("late", "", "");

    assertThatThrownBy(() -> cluster.drain.lastLook(powerOff(Reason.RESUMED)))
        .isInstanceOf(PodsRemain.class);
  }

  private Step drainStep() {
    return cluster.step(new Decision.Drain(Reason.DRAINING, TestCluster.NOW));
  }

  private Step powerOff(Reason reason) {
    return cluster.step(new Decision.PowerOff(reason, 1));
  }

  private static Node notReady(Node node) {
    node.getStatus().getConditions().get(0).setStatus("Unknown");
    return node;
  }

  private void pod(String name, String metadata, String spec) {
    String yaml =
        """
        metadata: { name: %s, namespace: homelab, %s }
        spec: { %s containers: [{ name: x }] }
        status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
        """
            .formatted(name, metadata, spec.isEmpty() ? "nodeName: w1," : spec);
    client.resource(Yaml.read(Pod.class, yaml)).create();
  }

  private void budget(String app) {
    client
        .resource(
            Yaml.read(
                PodDisruptionBudget.class,
                """
                metadata: { name: %s, namespace: homelab }
                spec: { minAvailable: 1, selector: { matchLabels: { app: %s } } }
                """
                    .formatted(app, app)))
        .create();
  }
}
