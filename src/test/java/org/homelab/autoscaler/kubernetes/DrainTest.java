package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Operation;
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

    assertThat(cluster.drainView()).isEqualTo(DrainView.EMPTY);
  }

  @Test
  void evictingCordonsAndAsksEveryPodToGo() {
    pod("a", "", "");
    pod("b", "", "");
    assertThat(cluster.drainView().waitingFor()).isEqualTo("homelab/a: not evicted yet");

    cluster.drain.evict(drainStep());

    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isTrue();
    assertThat(cluster.machine().node().orElseThrow().cordonedByUs()).isTrue();
    assertThat(client.pods().inNamespace(TestCluster.NAMESPACE).list().getItems())
        .allMatch(Meta::deleting);
    assertThat(cluster.drainView().remaining()).isEqualTo(2);
    assertThat(cluster.drainView().waitingFor()).startsWith("homelab/a: it is terminating");
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
    assertThat(cluster.drainView().waitingFor())
        .startsWith("homelab/db-0: ")
        .containsIgnoringCase("disruption budget");
  }

  @Test
  void aPodWhoseGraceIsOverCountsAsGoneOnlyWhereNoKubeletIsLeft() {
    pod("a", "", "");
    cluster.drain.evict(drainStep());
    Instant late = Instant.now().plus(Duration.ofHours(2));
    var later = new Pods(client, Clock.fixed(late, ZoneOffset.UTC));
    var soon = new Pods(client, Clock.systemUTC());
    assertThat(later.remaining(cluster.machine(), DrainPolicy.FAIL)).hasSize(1);

    cluster.change(DrainTest::notReady);

    assertThat(later.remaining(cluster.machine(), DrainPolicy.FAIL)).isEmpty();
    assertThat(soon.remaining(cluster.machine(), DrainPolicy.FAIL)).hasSize(1);
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

  @Test
  void nothingIsEvictedWhileAPodBlocksTheDrainForGood() {
    pod("a", "", "");
    create("tool", "", "nodeName: w1,");

    cluster.drain.evict(drainStep());

    assertThat(client.pods().inNamespace(TestCluster.NAMESPACE).list().getItems())
        .noneMatch(Meta::deleting);
    assertThat(cluster.drainView().progress(3))
        .startsWith("1 of 3 pods gone, waiting for homelab/tool: no controller would bring it back")
        .contains("spec.drain.unmanagedPods: evict");
  }

  @Test
  void aForcedDrainEvictsWhatItMay() {
    pod("a", "", "");
    create("tool", "", "nodeName: w1,");
    cluster.groupSays("spec: { drainPolicy: force }");

    cluster.drain.evict(drainStep());

    assertThat(client.pods().inNamespace(TestCluster.NAMESPACE).list().getItems())
        .filteredOn(Meta::deleting)
        .extracting(pod -> pod.getMetadata().getName())
        .containsExactly("a");
  }

  @Test
  void podsOfDaemonSetsAreAskedToGoAtTheVeryEndIfTheirOwnerWantsSo() {
    String owner =
        "ownerReferences: [{ apiVersion: apps/v1, kind: DaemonSet, name: ceph, uid: x }]";
    pod("ceph", owner, "");
    cluster.drain.lastLook(powerOff(Reason.DRAINED));
    assertThat(Meta.deleting(pods().get(0))).isFalse();

    cluster.groupSays("spec: { drain: { daemonSetPods: evict } }");
    cluster.drain.lastLook(powerOff(Reason.DRAINED));

    assertThat(Meta.deleting(pods().get(0))).isTrue();
    assertThat(cluster.drainView().podless()).isTrue();
  }

  private List<Pod> pods() {
    return client.pods().inNamespace(TestCluster.NAMESPACE).list().getItems();
  }

  @Test
  void volumesAreWaitedForOncePodsAreGone() {
    client
        .resource(
            Yaml.read(
                VolumeAttachment.class,
                """
                metadata: { name: csi-1 }
                spec: { attacher: x, nodeName: w1, source: { persistentVolumeName: pv } }
                status: { attached: true }
                """))
        .create();

    DrainView left = cluster.drainView();

    assertThat(left.podless()).isTrue();
    assertThat(left.done()).isFalse();
    assertThat(left.progress(4)).isEqualTo("4 of 4 pods gone, waiting for 1 volume to be detached");
    assertThatCode(() -> cluster.drain.lastLook(powerOff(Reason.DRAINED)))
        .doesNotThrowAnyException();
  }

  @Test
  void whatTheClusterAutoscalerLeftGoesWithThePowerOffThatItLedTo() {
    cluster.change(node -> removal(node, TestCluster.NOW.minusSeconds(60)));
    cluster.drain.uncordon(shutdownSince(TestCluster.NOW));

    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isNull();
    assertThat(cluster.kubernetesNode().getSpec().getTaints()).isEmpty();
  }

  @Test
  void aRemovalByTheClusterAutoscalerThatIsUnderWayIsNotFought() {
    cluster.drain.cordon(drainStep());
    cluster.change(node -> removal(node, TestCluster.NOW));
    cluster.drain.uncordon(shutdownSince(TestCluster.NOW.minusSeconds(90)));

    assertThat(cluster.kubernetesNode().getSpec().getTaints()).hasSize(1);
  }

  private static Node removal(Node node, Instant at) {
    return node.edit()
        .editSpec()
        .withUnschedulable(true)
        .addNewTaint()
        .withKey("ToBeDeletedByClusterAutoscaler")
        .withValue(Long.toString(at.getEpochSecond()))
        .withEffect("NoSchedule")
        .endTaint()
        .endSpec()
        .build();
  }

  private Step shutdownSince(Instant start) {
    Machine machine = cluster.machine();
    Machine draining = machine.with(machine.status().with(Optional.of(Operation.shutdown(start))));
    return new Step(
        draining,
        cluster.look().policy(),
        new Decision.CancelShutdown(Reason.CANCELLED),
        TestCluster.NOW);
  }

  private Step drainStep() {
    return cluster.step(new Decision.Drain(Reason.DRAINING, TestCluster.NOW));
  }

  private Step powerOff(Reason reason) {
    return cluster.step(new Decision.PowerOff(reason, 1));
  }

  private static Node notReady(Node node) {
    node.getStatus().getConditions().get(0).setStatus("Unknown");
    node.getStatus().getConditions().get(0).setLastTransitionTime("2026-01-01T00:00:00Z");
    return node;
  }

  private void pod(String name, String metadata, String spec) {
    boolean owned = metadata.contains("ownerReferences");
    String owner =
        "ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: x, uid: x, controller:"
            + " true }], ";
    create(name, (owned ? "" : owner) + metadata, spec);
  }

  private void create(String name, String metadata, String spec) {
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
