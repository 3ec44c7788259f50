package org.homelab.autoscaler.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every other integration test takes for granted of the control plane it runs on. */
@NeedsControlPlane
class ControlPlaneIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final ControlPlane controlPlane;
  private final KubernetesClient client;

  ControlPlaneIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @AfterEach
  void reset() {
    controlPlane.reset();
  }

  @Test
  void aMachineBootsRunsPodsAndDies() {
    String namespace = controlPlane.newNamespace("control-plane");
    client.resource(KwokNodes.booting("m1", Duration.ofSeconds(1), Optional.empty())).create();
    assertThat(KwokNodes.readiness(client, "m1")).isEqualTo("False");
    client.resource(pod(namespace)).create();
    await("pod on m1").atMost(SOON).until(() -> runsOn(pod(namespace), "m1"));

    Contended.edit(client.nodes().withName("m1"), ControlPlaneIT::withoutPower);
    await("m1 dead").atMost(SOON).until(() -> "Unknown".equals(KwokNodes.readiness(client, "m1")));
  }

  @Test
  void aWatchThatGoesOnFromForgottenHistoryIsGone() {
    String namespace = controlPlane.newNamespace("control-plane");
    ConfigMap first = client.resource(configMap(namespace)).create();
    client.resource(configMap(namespace)).update();
    controlPlane.forgetHistory();

    CompletableFuture<Integer> code = new CompletableFuture<>();
    client
        .configMaps()
        .inNamespace(namespace)
        .watch(
            new ListOptionsBuilder()
                .withResourceVersion(first.getMetadata().getResourceVersion())
                .build(),
            codeOfClose(code));
    assertThat(code).succeedsWithin(SOON).isEqualTo(410);
  }

  private boolean runsOn(Pod wanted, String node) {
    Pod pod = client.resource(wanted).get();
    return "Running".equals(pod.getStatus().getPhase()) && node.equals(pod.getSpec().getNodeName());
  }

  private static Node withoutPower(Node node) {
    return node.edit()
        .editMetadata()
        .removeFromLabels(KwokNodes.PLAYED_LABEL)
        .endMetadata()
        .build();
  }

  private static Pod pod(String namespace) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("work")
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("work")
        .withImage("none")
        .endContainer()
        .endSpec()
        .build();
  }

  private static ConfigMap configMap(String namespace) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("counter")
        .withNamespace(namespace)
        .endMetadata()
        .addToData("at", Long.toString(System.nanoTime()))
        .build();
  }

  private static Watcher<ConfigMap> codeOfClose(CompletableFuture<Integer> code) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, ConfigMap resource) {}

      @Override
      public void onClose(WatcherException cause) {
        code.complete(cause.asClientException().getCode());
      }
    };
  }
}
