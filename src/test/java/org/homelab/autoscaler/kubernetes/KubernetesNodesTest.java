package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubernetesNodesTest {
  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private KubernetesClient client;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    cluster = new TestCluster(client);
    cluster.rackWithMachine("on");
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void aNodeThatJoinsGetsItsProviderIdAndOurLabels() {
    cluster.kubernetesNode(false);

    cluster.nodes.register(register());

    assertThat(cluster.kubernetesNode().getSpec().getProviderID()).isEqualTo("homelab://m1");
    assertThat(cluster.kubernetesNode().getMetadata().getLabels())
        .containsEntry("infra.homecluster.dev/group", "rack")
        .containsEntry("infra.homecluster.dev/node", "m1");
    assertThat(cluster.machine().node().orElseThrow().providerId()).contains("homelab://m1");
    assertThat(cluster.kubernetesNode().getStatus().getAllocatable()).containsKey("memory");
  }

  @Test
  void aProviderIdThatIsThereStays() {
    cluster.kubernetesNode(false);
    cluster.change(node -> node.edit().editSpec().withProviderID("k3s://w1").endSpec().build());

    cluster.nodes.register(register());

    assertThat(cluster.kubernetesNode().getSpec().getProviderID()).isEqualTo("k3s://w1");
  }

  @Test
  void aNodeThatIsRegisteredIsNotWrittenAgain() {
    cluster.kubernetesNode(false);
    cluster.nodes.register(register());
    String revision = cluster.kubernetesNode().getMetadata().getResourceVersion();

    cluster.nodes.register(register());
    cluster.nodes.becomeReady(becomeReady());

    assertThat(cluster.kubernetesNode().getMetadata().getResourceVersion()).isEqualTo(revision);
  }

  @Test
  void aMachineThatIsReadyTakesPodsAgain() {
    cluster.kubernetesNode(true);
    cluster.drain.cordon(becomeReady());
    cluster.change(
        node ->
            withTaints(
                node, "ToBeDeletedByClusterAutoscaler", "gpu", "node.kubernetes.io/unschedulable"));

    cluster.nodes.becomeReady(becomeReady());

    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isNull();
    assertThat(cluster.kubernetesNode().getSpec().getTaints())
        .extracting(Taint::getKey)
        .containsExactly("gpu");
    assertThat(Meta.annotation(cluster.kubernetesNode(), Api.CORDONED_ANNOTATION)).isEmpty();
  }

  @Test
  void aMachineThatCameBackToAFullGroupLosesTheCordonOfItsPowerOff() {
    cluster.kubernetesNode(true);
    cluster.drain.cordon(becomeReady());

    cluster.nodes.register(cluster.step(new Decision.Register(Reason.AT_MAXIMUM)));

    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isNull();
    assertThat(Meta.annotation(cluster.kubernetesNode(), Api.CORDONED_ANNOTATION)).isEmpty();
  }

  @Test
  void aCordonThatCameWithARemovalByTheClusterAutoscalerGoesWithIt() {
    cluster.kubernetesNode(true);
    cluster.change(
        node ->
            withTaints(node, "ToBeDeletedByClusterAutoscaler")
                .edit()
                .editSpec()
                .withUnschedulable(true)
                .endSpec()
                .build());

    cluster.nodes.becomeReady(becomeReady());

    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isNull();
  }

  @Test
  void aPersonsCordonOutlivesABoot() {
    cluster.kubernetesNode(true);
    cluster.change(node -> node.edit().editSpec().withUnschedulable(true).endSpec().build());

    cluster.nodes.becomeReady(becomeReady());

    assertThat(cluster.kubernetesNode().getSpec().getUnschedulable()).isTrue();
  }

  @Test
  void aNodeOfAnotherMachineIsRefusedWithAWayOut() {
    cluster.kubernetesNode(false);
    cluster.change(
        node -> node.edit().editMetadata().addToLabels(Api.NODE_LABEL, "m2").endMetadata().build());

    assertThatThrownBy(() -> cluster.nodes.register(register()))
        .isInstanceOf(NotOurs.class)
        .hasMessageContaining("infra.homecluster.dev/node=m2")
        .hasMessageContaining("spec.kubernetesNodeName of Node homelab/m1");
    assertThatThrownBy(() -> cluster.nodes.forget(confirmOff())).isInstanceOf(NotOurs.class);
  }

  @Test
  void aControlPlaneNodeIsRefused() {
    cluster.kubernetesNode(false);
    cluster.change(
        node ->
            node.edit()
                .editMetadata()
                .addToLabels("node-role.kubernetes.io/control-plane", "")
                .endMetadata()
                .build());

    assertThatThrownBy(() -> cluster.nodes.becomeReady(becomeReady())).isInstanceOf(NotOurs.class);
    assertThatThrownBy(() -> cluster.nodes.forget(confirmOff())).isInstanceOf(NotOurs.class);
  }

  @Test
  void theNodeOfAMachineThatIsOffIsDeleted() {
    cluster.kubernetesNode(false);

    cluster.nodes.forget(confirmOff());

    assertThat(cluster.kubernetesNode()).isNull();
    assertThat(cluster.machine().node()).isEmpty();
  }

  @Test
  void aNodeThatCameBackMeanwhileIsNotDeleted() {
    cluster.kubernetesNode(false);
    Step step = confirmOff();
    client.nodes().withName("w1").edit(KubernetesNodesTest::ready);

    assertThatThrownBy(() -> cluster.nodes.forget(step)).isInstanceOf(StaleLook.class);
    assertThat(cluster.kubernetesNode()).isNotNull();
    assertThat(cluster.machine().nodeReady()).isTrue();
  }

  @Test
  void aNodeThatJoinedSinceTheLookIsNotDeleted() {
    Step step = confirmOff();
    client.resource(Yaml.read(Node.class, "metadata: { name: w1 }\nspec: {}")).create();

    assertThatThrownBy(() -> cluster.nodes.forget(step)).isInstanceOf(StaleLook.class);
    assertThat(cluster.kubernetesNode()).isNotNull();
    assertThat(cluster.machine().node()).isPresent();
  }

  @Test
  void aNodeThatIsGoneAlreadyIsFine() {
    cluster.kubernetesNode(false);
    Step step = confirmOff();
    client.nodes().withName("w1").delete();

    assertThatCode(() -> cluster.nodes.forget(step)).doesNotThrowAnyException();
    assertThat(cluster.machine().node()).isEmpty();
  }

  @Test
  void theDeletionOfAnOlderNodeDoesNotTakeTheNewOneAway() {
    cluster.kubernetesNode(false);
    Node old = cluster.kubernetesNode();
    cluster.nodes.forget(confirmOff());
    cluster.kubernetesNode(false);

    cluster.feed.kubernetesNode(old, "DELETED");
    cluster.feed.kubernetesNode(old, "APPLIED");

    assertThat(cluster.machine().node().orElseThrow().uid())
        .isEqualTo(cluster.kubernetesNode().getMetadata().getUid());
  }

  private Step register() {
    return cluster.step(new Decision.Register(Reason.JOINED));
  }

  private Step becomeReady() {
    return cluster.step(new Decision.BecomeReady(Reason.READY));
  }

  private Step confirmOff() {
    return cluster.step(new Decision.ConfirmOff(Reason.CONFIRMED_OFF));
  }

  private static Node ready(Node node) {
    node.getStatus().getConditions().get(0).setStatus("True");
    return node;
  }

  private static Node withTaints(Node node, String... keys) {
    var edited = node.edit().editSpec();
    for (String key : keys) {
      edited.addToTaints(new Taint("NoSchedule", key, null, null));
    }
    return edited.endSpec().build();
  }
}
