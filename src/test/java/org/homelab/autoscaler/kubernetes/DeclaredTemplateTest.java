package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.cloudprovider.ProviderSettings;
import org.homelab.autoscaler.cloudprovider.wire.WireNode;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What owners declare for a Kubernetes node is on it, stays on it, and is what CA plans with. */
class DeclaredTemplateTest {
  private static final String GROUP =
      """
      metadata: { name: rack }
      spec:
        template:
          labels: { disk: hdd, room: cellar }
          annotations: { example.com/owner: ada, example.com/rack: "7" }
          taints: [ { key: power, value: saved, effect: PreferNoSchedule } ]
          capacity: { cpu: "4", memory: 8Gi }
      """;
  private static final String MACHINE =
      """
      metadata: { name: m1, labels: { group: rack }, finalizers: [ homelab-autoscaler.dev/let-go ] }
      spec:
        powerState: "on"
        kubernetesNodeName: w1
        startupPodSpec: { image: wake }
        shutdownPodSpec: { image: sleep }
        taintsToRemove: [ { key: booting, effect: NoSchedule } ]
        template:
          labels: { disk: nvme }
          annotations: { example.com/rack: "8" }
          taints: [ { key: gpu, value: "yes", effect: NoSchedule }, { key: booting, effect: NoSchedule } ]
      """;

  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private KubernetesClient client;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    cluster = new TestCluster(client);
    cluster.group(GROUP);
    cluster.machine(MACHINE);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void aMachineThatJoinsGetsWhatTheClusterAutoscalerPlannedWith() {
    WireNode planned = planned();
    cluster.kubernetesNode(true);
    becomeReady();

    assertThat(labels())
        .containsEntry("disk", "nvme")
        .containsEntry("room", "cellar")
        .containsAllEntriesOf(without(planned.getMetadata().getLabelsMap(), "kubernetes.io/os"));
    assertThat(taints()).containsExactlyInAnyOrder("gpu=yes", "power=saved");
    assertThat(planned.getSpec().getTaintsList())
        .extracting(taint -> taint.getKey() + "=" + taint.getValue())
        .containsExactlyInAnyOrderElementsOf(taints());
    assertThat(cluster.kubernetesNode().getMetadata().getAnnotations())
        .containsEntry("example.com/owner", "ada")
        .containsEntry("example.com/rack", "8");
  }

  @Test
  void whatIsLostOrChangedIsPutBackAndWhatOthersSetStays() {
    cluster.kubernetesNode(true);
    becomeReady();
    cluster.change(
        node ->
            node.edit()
                .editMetadata()
                .addToLabels(Map.of("disk", "floppy", "theirs", "yes"))
                .removeFromAnnotations("example.com/owner")
                .addToAnnotations("theirs", "yes")
                .endMetadata()
                .editSpec()
                .withTaints(
                    new Taint("NoSchedule", "gpu", null, "no"),
                    new Taint("NoExecute", "theirs", null, null))
                .endSpec()
                .build());

    assertThat(cluster.look().decision()).isEqualTo(new Decision.Register(Reason.JOINED));
    cluster.nodes.register(cluster.look());

    assertThat(labels()).containsEntry("disk", "nvme").containsEntry("theirs", "yes");
    assertThat(cluster.kubernetesNode().getMetadata().getAnnotations())
        .containsEntry("example.com/owner", "ada")
        .containsEntry("theirs", "yes");
    assertThat(taints()).containsExactlyInAnyOrder("gpu=yes", "power=saved", "theirs=");
    assertThat(cluster.look().decision()).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void whatIsNoLongerDeclaredIsNotTakenAway() {
    cluster.kubernetesNode(true);
    becomeReady();

    cluster.groupSays("metadata: { name: rack }\nspec: { template: { labels: { room: attic } } }");
    assertThat(cluster.look().decision()).isEqualTo(new Decision.Register(Reason.JOINED));
    cluster.nodes.register(cluster.look());

    assertThat(labels()).containsEntry("room", "attic");
    assertThat(taints()).contains("power=saved");
    assertThat(cluster.look().decision()).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void aTaintThatEvictsIsGivenToAMachineThatJoinsAndNeverToOneAtWork() {
    String evicting =
        "metadata: { name: rack }\n"
            + "spec: { template: { taints: [ { key: calm, effect: NoExecute } ] } }";
    cluster.kubernetesNode(true);
    becomeReady();
    cluster.groupSays(evicting);
    assertThat(cluster.look().decision()).isInstanceOf(Decision.Wait.class);

    client.nodes().withName("w1").delete();
    cluster.feed.kubernetesNodeGone(cluster.machine().node().orElseThrow());
    cluster.kubernetesNode(true);
    becomeReady();
    assertThat(taints()).contains("calm=");
  }

  @Test
  void whatIsDeclaredAnewIsPlannedWithThoughSomethingOlderIsRemembered() {
    cluster.kubernetesNode(true);
    becomeReady();
    cluster.status.write(cluster.step(new Decision.BecomeReady(Reason.READY)));

    cluster.groupSays(
        "metadata: { name: rack }\nspec: { template: { labels: { room: attic, rack: a } } }");

    assertThat(planned().getMetadata().getLabelsMap())
        .containsEntry("room", "attic")
        .containsEntry("rack", "a")
        .containsEntry("disk", "nvme");
    assertThat(planned().getStatus().getAllocatableMap().get("memory").getString())
        .isEqualTo("7Gi");
  }

  @Test
  void whatKubernetesWouldRefuseIsNotDeclaredButToldOf() {
    cluster.machine(
        """
        metadata: { name: m2, labels: { group: rack } }
        spec:
          powerState: "off"
          kubernetesNodeName: w2
          startupPodSpec: { image: wake }
          shutdownPodSpec: { image: sleep }
          template:
            labels: { "no key": a, disk: "no value" }
            annotations: { homelab-autoscaler.dev/cordoned: "true" }
            taints: [ { key: gpu, effect: Never } ]
        """);

    assertThat(cluster.fleet.machine(TestCluster.key("m2")).orElseThrow().problem())
        .hasValueSatisfying(
            problem ->
                assertThat(problem.message())
                    .contains("spec.template.labels: write keys of letters")
                    .contains("spec.template.labels: write values of up to 63")
                    .contains("spec.template.annotations: leave out what the operator writes")
                    .contains("spec.template.taints: write keys"));
  }

  private void becomeReady() {
    cluster.nodes.becomeReady(cluster.step(new Decision.BecomeReady(Reason.READY)));
    cluster.status.write(cluster.step(new Decision.BecomeReady(Reason.READY)));
  }

  private WireNode planned() {
    var provider =
        new CloudProviderService(
            cluster.fleet,
            null,
            Clock.systemUTC(),
            ProviderSettings.STANDARD,
            () -> true,
            () -> true);
    try {
      return WireNode.parseFrom(
          provider
              .nodeGroupTemplateNodeInfo(
                  NodeGroupTemplateNodeInfoRequest.newBuilder().setId("rack").build())
              .getNodeBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> labels() {
    return without(cluster.kubernetesNode().getMetadata().getLabels(), Api.NODE_LABEL);
  }

  private static Map<String, String> without(Map<String, String> labels, String key) {
    var others = new HashMap<>(labels);
    others.remove(key);
    return others;
  }

  private List<String> taints() {
    Node node = cluster.kubernetesNode();
    return node.getSpec().getTaints().stream()
        .map(taint -> taint.getKey() + "=" + Meta.text(taint.getValue()))
        .toList();
  }
}
