package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.homelab.autoscaler.kubernetes.TestCluster.insist;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.testing.Contended;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.KwokNodes;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose a cordon is and what stays on a Kubernetes node, with the record that a real API keeps. */
@NeedsControlPlane
class CordonsIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private KubernetesClient person;
  private KubernetesClient autoscaler;
  private TestCluster cluster;

  CordonsIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @BeforeEach
  void start() {
    controlPlane.applyCrds();
    person = as("kubectl/v1.34.0");
    autoscaler = as("cluster-autoscaler/v1.34.0");
    cluster = new TestCluster(client, controlPlane.newNamespace("cordons"), Clock.systemUTC());
    cluster.rackWithMachine("on");
    joined(Duration.ofHours(1));
  }

  @AfterEach
  void stop() {
    person.close();
    autoscaler.close();
    controlPlane.reset();
  }

  @Test
  void ourCordonIsOursAndGoesAgain() {
    cluster.drain.cordon(drain());
    assertThat(cluster.machine().node().orElseThrow().cordonedByUs()).isTrue();

    cluster.drain.uncordon(drain());
    assertThat(cordoned()).isFalse();
  }

  @Test
  void aCordonThatAPersonSetAfterTakingOursAwayIsTheirs() {
    cluster.drain.cordon(drain());
    cordon(person, false);
    cordon(person, true);

    assertThat(cluster.machine().node().orElseThrow().cordonedByUs()).isFalse();
    assertThat(cluster.machine().node().orElseThrow().cordonedByAPerson()).isTrue();
    cluster.drain.uncordon(drain());
    cluster.nodes.becomeReady(becomeReady());
    assertThat(cordoned()).isTrue();
  }

  @Test
  void aCordonOfAPersonOutlivesARemovalByTheClusterAutoscaler() {
    cordon(person, true);
    mark(false);

    cluster.drain.uncordon(shutdownSince(Instant.now().plusSeconds(5)));

    assertThat(taints()).doesNotContain("ToBeDeletedByClusterAutoscaler");
    assertThat(cordoned()).isTrue();
  }

  @Test
  void theClusterAutoscalersOwnCordonGoesWithTheRemovalThatCameToNothing() {
    mark(true);
    cluster.drain.cordon(drain());
    cluster.drain.uncordon(shutdownSince(Instant.now().minusSeconds(120)));
    assertThat(cordoned()).as("a removal that is under way").isTrue();

    cluster.drain.uncordon(shutdownSince(Instant.now().plusSeconds(5)));

    assertThat(taints()).doesNotContain("ToBeDeletedByClusterAutoscaler");
    assertThat(cordoned()).isFalse();
  }

  @Test
  void aPodThatIgnoresTheCordonStopsThePowerOffAndTermsAreKept() {
    client.nodes().withName("w1").delete();
    joined(Duration.ZERO);
    cluster.groupSays("spec: { drain: { unmanagedPods: evict } }");
    cluster.drain.cordon(drain());
    assertThat(cluster.drainView().done()).isTrue();

    client
        .resource(
            Yaml.read(
                Pod.class,
                """
                metadata: { name: intruder, annotations: { kwok.test/stop-delay: 3s } }
                spec:
                  nodeName: w1
                  terminationGracePeriodSeconds: 60
                  tolerations: [{ operator: Exists }]
                  containers: [{ name: x, image: x }]
                """))
        .inNamespace(cluster.namespace)
        .create();

    assertThatThrownBy(() -> cluster.drain.lastLook(powerOff()))
        .isInstanceOf(PodsRemain.class)
        .hasMessageContaining("/intruder");
    await("running").atMost(SOON).until(() -> "Running".equals(intruder().getStatus().getPhase()));
    cluster.drain.evict(drain());
    assertThat(cluster.drainView().waitingFor()).contains("/intruder: it is terminating until ");
    assertThatThrownBy(() -> cluster.drain.lastLook(powerOff())).isInstanceOf(PodsRemain.class);
    await("gone").atMost(SOON).until(() -> cluster.drainView().done());
    cluster.drain.lastLook(powerOff());
  }

  @Test
  void aVolumeThatIsAttachedIsWaitedFor() {
    VolumeAttachment volume =
        Yaml.read(
            VolumeAttachment.class,
            """
            metadata: { name: csi-w1 }
            spec: { attacher: csi.test, nodeName: w1, source: { persistentVolumeName: pv } }
            """);
    client.resource(volume).create();
    assertThat(cluster.drainView().progress(3))
        .isEqualTo("3 of 3 pods gone, waiting for 1 volume to be detached");

    client.resource(volume).delete();
    assertThat(cluster.drainView().done()).isTrue();
  }

  @Test
  void whatItsOwnerPutOnAKubernetesNodeIsBackWhenItJoinsAgain() {
    cluster.nodes.becomeReady(becomeReady());
    cordon(person, true);
    cluster.change(
        node ->
            node.edit()
                .editMetadata()
                .addToLabels("disk", "ssd")
                .endMetadata()
                .editSpec()
                .addToTaints(new Taint("NoExecute", "dedicated", null, "media"))
                .endSpec()
                .build());
    Step off = cluster.step(new Decision.ConfirmOff(Reason.CONFIRMED_OFF));
    cluster.status.write(off);
    insist(() -> cluster.nodes.forget(off));
    assertThat(cluster.kubernetesNode()).isNull();

    joined(Duration.ofHours(1));
    cluster.nodes.register(cluster.step(new Decision.Register(Reason.JOINED)));
    cluster.nodes.becomeReady(becomeReady());

    assertThat(cluster.kubernetesNode().getMetadata().getLabels()).containsEntry("disk", "ssd");
    assertThat(taints()).contains("dedicated");
    assertThat(cordoned()).isTrue();
    assertThat(cluster.machine().node().orElseThrow().cordonedByUs()).isFalse();
  }

  @Test
  void aKubernetesNodeThatIsKeptIsSuspendedUntilItsMachineIsBack() {
    cluster.groupSays("spec: { kubernetesNodes: keep }");
    mark(true);
    insist(() -> cluster.nodes.forget(cluster.step(new Decision.ConfirmOff(Reason.CONFIRMED_OFF))));
    assertThat(condition("Suspended")).contains("True");
    assertThat(condition("Ready")).contains("False");
    assertThat(cluster.machine().node().orElseThrow().suspended()).isTrue();

    cluster.nodes.becomeReady(becomeReady());

    assertThat(condition("Suspended")).isEmpty();
    assertThat(condition("Ready")).contains("False");
    assertThat(cordoned()).isFalse();
    assertThat(taints()).doesNotContain("ToBeDeletedByClusterAutoscaler");
  }

  private KubernetesClient as(String agent) {
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder(client.getConfiguration()).withUserAgent(agent).build())
        .build();
  }

  private void joined(Duration bootDelay) {
    client.resource(KwokNodes.booting("w1", bootDelay, Optional.empty())).create();
    if (bootDelay.isZero()) {
      await("w1").atMost(SOON).until(() -> "True".equals(KwokNodes.readiness(client, "w1")));
    }
    seen();
  }

  private void seen() {
    cluster.feed.kubernetesNode(cluster.kubernetesNode(), "APPLIED");
  }

  private void cordon(KubernetesClient who, boolean cordoned) {
    Contended.edit(
        who.nodes().withName("w1"),
        node -> node.edit().editSpec().withUnschedulable(cordoned).endSpec().build());
    seen();
  }

  private void mark(boolean cordon) {
    Contended.edit(autoscaler.nodes().withName("w1"), node -> marked(node, cordon));
    seen();
  }

  private static Node marked(Node node, boolean cordon) {
    String now = Long.toString(Instant.now().getEpochSecond());
    var spec =
        node.edit()
            .editSpec()
            .addToTaints(new Taint("NoSchedule", "ToBeDeletedByClusterAutoscaler", null, now));
    return (cordon ? spec.withUnschedulable(true) : spec).endSpec().build();
  }

  private boolean cordoned() {
    return Boolean.TRUE.equals(cluster.kubernetesNode().getSpec().getUnschedulable());
  }

  private List<String> taints() {
    return cluster.kubernetesNode().getSpec().getTaints().stream().map(Taint::getKey).toList();
  }

  private Optional<String> condition(String type) {
    return cluster.kubernetesNode().getStatus().getConditions().stream()
        .filter(condition -> type.equals(condition.getType()))
        .map(NodeCondition::getStatus)
        .findFirst();
  }

  private Pod intruder() {
    return client.pods().inNamespace(cluster.namespace).withName("intruder").get();
  }

  private Step drain() {
    return cluster.step(new Decision.Drain(Reason.DRAINING, Instant.now()));
  }

  private Step powerOff() {
    return cluster.step(new Decision.PowerOff(Reason.DRAINED, 1));
  }

  private Step becomeReady() {
    return cluster.step(new Decision.BecomeReady(Reason.READY));
  }

  private Step shutdownSince(Instant start) {
    Machine machine = cluster.machine();
    return new Step(
        machine.with(machine.status().with(Optional.of(Operation.shutdown(start)))),
        cluster.look().policy(),
        new Decision.CancelShutdown(Reason.CANCELLED),
        Instant.now());
  }
}
