package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupStatusWriterTest {
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
  void aGroupTellsItsSizesCountsAndHealth() {
    cluster.rackWithMachine("on");
    cluster.kubernetesNode(true);
    machine("m2", "off");
    machine("m3", "on");

    cluster.groupStatus.write(RACK);

    GroupStatus status = stored().getStatus();
    assertThat(status.minSize()).isZero();
    assertThat(status.maxSize()).isEqualTo(3);
    assertThat(status.targetSize()).isEqualTo(2);
    assertThat(status.counts()).isEqualTo(new GroupStatus.Counts(3, 2, 1, 0, 0, 2, 0, 0));
    assertThat(status.health()).isEqualTo("unknown");
    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(condition("Loaded").getReason()).isEqualTo("GroupLoaded");
    assertThat(condition("Valid").getStatus()).isEqualTo("True");
  }

  @Test
  void aGroupWhoseWantedMachinesAreAllReadyIsHealthy() {
    cluster.rackWithMachine("on");
    cluster.kubernetesNode(true);
    machine("m2", "off");

    cluster.groupStatus.write(RACK);

    assertThat(stored().getStatus().health()).isEqualTo("healthy");
  }

  @Test
  void aGroupOfWhichNothingIsOnIsOffline() {
    cluster.rackWithMachine("off");

    cluster.groupStatus.write(RACK);

    assertThat(stored().getStatus().health()).isEqualTo("offline");
  }

  @Test
  void aGroupThatCannotBeReadSaysWhatToWrite() {
    cluster.group("metadata: { name: rack }\nspec: { scaleDownUnneededTime: soon }");

    cluster.groupStatus.write(RACK);

    assertThat(condition("Valid").getStatus()).isEqualTo("False");
    assertThat(condition("Valid").getMessage())
        .startsWith("spec.scaleDownUnneededTime: write a duration");
  }

  @Test
  void whatIsStoredAlreadyIsNotWrittenAgain() {
    cluster.rackWithMachine("off");
    cluster.groupStatus.write(RACK);
    String revision = stored().getMetadata().getResourceVersion();

    cluster.groupStatus.write(RACK);

    assertThat(stored().getMetadata().getResourceVersion()).isEqualTo(revision);
  }

  @Test
  void aStatusFromAnOldLookIsWrittenFromAFreshOneInstead() {
    cluster.rackWithMachine("off");
    client
        .resource(stored())
        .edit(
            group ->
                Yaml.read(
                    Group.class,
                    "metadata: { name: rack, namespace: homelab }\nspec: { minSize: 1 }"));

    cluster.groupStatus.write(RACK);

    assertThat(stored().getStatus().observedGeneration())
        .isEqualTo(stored().getMetadata().getGeneration());
    assertThat(cluster.fleet.group(RACK).orElseThrow().policy().minSize()).isEqualTo(1);
  }

  @Test
  void aGroupThatIsGoneIsForgotten() {
    cluster.rackWithMachine("off");
    client.resource(stored()).delete();

    cluster.groupStatus.write(RACK);

    assertThat(cluster.fleet.group(RACK)).isEmpty();
    assertThatCode(() -> cluster.groupStatus.write(RACK)).doesNotThrowAnyException();
  }

  private void machine(String name, String powerState) {
    cluster.machine(
        """
        metadata: { name: %s, labels: { group: rack } }
        spec:
          powerState: "%s"
          kubernetesNodeName: k-%s
          startupPodSpec: { image: wake }
          shutdownPodSpec: { image: sleep }
        """
            .formatted(name, powerState, name));
  }

  private Group stored() {
    return client.resources(Group.class).inNamespace(TestCluster.NAMESPACE).withName("rack").get();
  }

  private Condition condition(String type) {
    return stored().getStatus().conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
