package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CustodyTest {
  private static final ObjectKey RACK = TestCluster.key("rack");

  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private KubernetesClient client;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    cluster = new TestCluster(client);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void aNodeOfTheGoImplementationIsKeptAndOutlivesItsGroup() {
    cluster.group("metadata: { name: rack }");
    cluster.machine(
        """
        metadata:
          name: m1
          labels: { group: rack }
          finalizers: [ example.org/mine ]
          ownerReferences:
            - { apiVersion: infra.homecluster.dev/v1alpha1, kind: Group, name: rack, uid: u1, controller: true }
            - { apiVersion: v1, kind: ConfigMap, name: chart, uid: u2 }
        spec:
          powerState: "off"
          kubernetesNodeName: w1
          startupPodSpec: { image: wake }
          shutdownPodSpec: { image: sleep }
        """);
    Step step = cluster.look();
    assertThat(step.decision()).isEqualTo(new Decision.TakeCharge(Reason.IN_CHARGE));

    cluster.custody.takeCharge(step);

    Node stored = cluster.stored();
    assertThat(stored.getMetadata().getFinalizers())
        .containsExactly("example.org/mine", Api.FINALIZER);
    assertThat(stored.getMetadata().getOwnerReferences())
        .singleElement()
        .matches(owner -> owner.getKind().equals("ConfigMap"));
    assertThat(cluster.machine().declared().inCharge()).isTrue();
  }

  @Test
  void aDeletedNodeWaitsUntilItsKubernetesNodeIsAsItWasBeforeUs() {
    cluster.rackWithMachine("on");
    cluster.kubernetesNode(true);
    cluster.nodes.register(cluster.step(new Decision.Register(Reason.JOINED)));
    cluster.nodes.keep(cluster.step(new Decision.Keep(Reason.KEEP_ON)));
    cluster.drain.cordon(cluster.step(new Decision.BeginShutdown(Reason.DESIRED_OFF)));
    String providerId = cluster.kubernetesNode().getSpec().getProviderID();
    client.resource(cluster.stored()).delete();
    cluster.feed.machine(cluster.stored(), "APPLIED");

    Step step = cluster.step(new Decision.LetGo(Reason.DELETED));
    cluster.nodes.release(step);
    cluster.custody.letGo(step);

    var node = cluster.kubernetesNode();
    assertThat(node.getMetadata().getLabels()).isNullOrEmpty();
    assertThat(node.getMetadata().getAnnotations()).isNullOrEmpty();
    assertThat(node.getSpec().getUnschedulable()).isNull();
    assertThat(node.getSpec().getProviderID()).isEqualTo(providerId);
    assertThat(cluster.stored()).isNull();
    assertThat(cluster.fleet.machine(TestCluster.key("m1"))).isEmpty();
  }

  @Test
  void whatAPersonTellsTheClusterAutoscalerStaysTheirs() {
    cluster.rackWithMachine("on");
    cluster.kubernetesNode(true);
    cluster.change(
        node ->
            node.edit()
                .editMetadata()
                .addToAnnotations(Api.SCALE_DOWN_DISABLED_ANNOTATION, "true")
                .endMetadata()
                .build());

    cluster.nodes.keep(cluster.step(new Decision.Keep(Reason.KEEP_ON)));
    assertThat(cluster.kubernetesNode().getMetadata().getAnnotations())
        .containsOnlyKeys(Api.SCALE_DOWN_DISABLED_ANNOTATION);
    cluster.nodes.keep(cluster.step(new Decision.Keep(Reason.NOT_KEPT)));
    assertThat(cluster.kubernetesNode().getMetadata().getAnnotations())
        .containsOnlyKeys(Api.SCALE_DOWN_DISABLED_ANNOTATION);
  }

  @Test
  void ourWordToTheClusterAutoscalerIsTakenBack() {
    cluster.rackWithMachine("on");
    cluster.kubernetesNode(true);
    cluster.nodes.keep(cluster.step(new Decision.Keep(Reason.MIN_ON_TIME)));
    assertThat(cluster.kubernetesNode().getMetadata().getAnnotations())
        .containsEntry(Api.SCALE_DOWN_DISABLED_ANNOTATION, "true")
        .containsEntry(Api.KEPT_ANNOTATION, "MinOnTime");
    cluster.nodes.keep(cluster.step(new Decision.Keep(Reason.NOT_KEPT)));
    assertThat(cluster.kubernetesNode().getMetadata().getAnnotations()).isNullOrEmpty();
  }

  @Test
  void aNodeWhoseMachineNeverJoinedGoesAtOnce() {
    cluster.rackWithMachine("off");
    client.resource(cluster.stored()).delete();
    cluster.feed.machine(cluster.stored(), "APPLIED");

    Step step = cluster.look();
    assertThat(step.decision()).isEqualTo(new Decision.LetGo(Reason.DELETED));
    cluster.nodes.release(step);
    cluster.custody.letGo(step);

    assertThat(cluster.stored()).isNull();
  }

  @Test
  void aNodeThatChangedSinceItWasLookedAtIsNotLetGo() {
    cluster.rackWithMachine("off");
    Step step = cluster.step(new Decision.LetGo(Reason.DELETED));
    client.resource(cluster.stored()).edit(TestCluster::touched);

    assertThatThrownBy(() -> cluster.custody.letGo(step)).isInstanceOf(StaleLook.class);
    assertThat(cluster.stored().getMetadata().getFinalizers()).contains(Api.FINALIZER);
  }

  @Test
  void aGroupGoesOnlyWhenNothingOfOursIsLeftAtItsMachines() {
    cluster.rackWithMachine("on");
    cluster.kubernetesNode(true);
    cluster.custody.group(RACK);
    assertThat(group().getMetadata().getFinalizers()).containsExactly(Api.FINALIZER);
    cluster.nodes.register(cluster.step(new Decision.Register(Reason.JOINED)));

    client.resource(group()).delete();
    cluster.feed.group(group(), "APPLIED");
    cluster.custody.group(RACK);
    assertThat(group()).isNotNull();
    Step step = cluster.look();
    assertThat(step.decision()).isEqualTo(new Decision.Leave(Reason.NO_GROUP));
    cluster.nodes.release(step);
    cluster.custody.group(RACK);

    assertThat(group()).isNull();
    assertThat(cluster.fleet.group(RACK)).isEmpty();
    assertThat(cluster.machine().problem().orElseThrow().message()).contains("does not exist");
    assertThatCode(() -> cluster.custody.group(RACK)).doesNotThrowAnyException();
  }

  @Test
  void inADryRunNothingIsPutOnAGroup() {
    cluster.group("metadata: { name: rack }\nspec: { dryRun: true }");
    cluster.custody.group(RACK);
    assertThat(group().getMetadata().getFinalizers()).isNullOrEmpty();
  }

  private Group group() {
    return client.resources(Group.class).inNamespace(TestCluster.NAMESPACE).withName("rack").get();
  }
}
