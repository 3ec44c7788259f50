package org.homelab.autoscaler.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.Kubectl;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person sees and does with kubectl, by itself and with our plugin. */
@NeedsControlPlane
class PluginIT {
  private static final String STATUS =
      """
      {"status": {
        "powerState": "off", "progress": "shutdown", "group": "rack", "reason": "Quarantined",
        "failure": {"type": "startup", "reason": "JobFailed", "message": "BMC says no", "at": "2026-03-01T12:00:00Z", "count": 3},
        "history": [{"at": "2026-03-01T11:59:00Z", "progress": "startingup", "reason": "PowerOnWanted", "note": "by the Cluster Autoscaler"}],
        "conditions": [
          {"type": "Ready", "status": "True", "reason": "NodeReady", "message": "", "lastTransitionTime": "2026-03-01T12:00:00Z"},
          {"type": "PowerFailed", "status": "True", "reason": "Quarantined", "message": "3 failures", "lastTransitionTime": "2026-03-01T12:00:00Z"}]
      }}
      """;

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private Kubectl kubectl;
  private Homelab homelab;

  PluginIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @BeforeEach
  void declare() {
    kubectl = Kubectl.of(controlPlane.kubeconfig());
    controlPlane.applyCrds();
    homelab = new Homelab(client, controlPlane.newNamespace("plugin"));
    homelab.group("rack");
    homelab.machine("atlas", "rack", "worker-1", Optional.empty());
    client
        .resource(atlas())
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), STATUS);
  }

  @AfterEach
  void reset() {
    controlPlane.reset();
  }

  @Test
  void kubectlByItselfListsExplainsAndWaits() {
    String namespace = homelab.namespace();
    assertThat(kubectl.run("get", "hln", "-n", namespace).orFail())
        .contains("DESIRED", "POWER", "PROGRESS", "GROUP", "REASON", "AGE")
        .containsPattern("atlas +off +off +shutdown +rack +worker-1 +Quarantined");
    assertThat(
            kubectl
                .run(
                    "explain",
                    "nodes.spec.timeouts.startup",
                    "--api-version=infra.homecluster.dev/v1alpha1")
                .orFail())
        .contains("DESCRIPTION:");
    assertThat(
            kubectl
                .run("wait", "--for=condition=Ready", "hln/atlas", "-n", namespace, "--timeout=5s")
                .orFail())
        .contains("condition met");
  }

  @Test
  void thePluginListsAndExplains() {
    assertThat(plugin("list").orFail()).contains("atlas", "Quarantined");

    assertThat(plugin("explain", "atlas").orFail())
        .contains(
            "atlas, of group rack, Kubernetes node worker-1",
            "wanted    off",
            "is        off (shutdown)",
            "because   Quarantined",
            "Operations failed too often in a row",
            "changes   Find the cause",
            "PowerFailed: Quarantined, 3 failures",
            "failed    startup, 3 times in a row, last at 2026-03-01T12:00:00Z: JobFailed, BMC says no",
            "2026-03-01T11:59:00Z  startingup  PowerOnWanted  (by the Cluster Autoscaler)")
        .doesNotContain("no value");
  }

  @Test
  void thePluginHoldsReleasesWakesAndPutsToSleep() {
    plugin("hold", "atlas", "--until", "2027-01-01T08:00Z", "disk", "swap").orFail();
    assertThat(annotation("hold")).isEqualTo("until=2027-01-01T08:00Z; disk swap");
    plugin("hold", "atlas", "disk", "swap").orFail();
    assertThat(annotation("hold")).isEqualTo("disk swap");

    plugin("release", "atlas").orFail();
    assertThat(annotation("hold")).isNull();
    assertThat(annotation("release")).isNotBlank();

    plugin("wake", "atlas").orFail();
    assertThat(atlas().getSpec().powerState()).isEqualTo(PowerState.ON);
    assertThat(annotation("requested-by")).isEqualTo("kubectl homelab");
    plugin("sleep", "atlas").orFail();
    assertThat(atlas().getSpec().powerState()).isEqualTo(PowerState.OFF);
  }

  @Test
  void whatIsWrongIsSaidWithAWayOut() {
    assertThat(plugin("wake", "nobody").errors())
        .contains("there is no machine nobody in namespace " + homelab.namespace());
    assertThat(plugin("wake").errors()).contains("say which machine");
    assertThat(plugin("dance").status()).isEqualTo(2);
  }

  private Kubectl.Result plugin(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("sh", Path.of("bin", "kubectl-homelab").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-n", homelab.namespace()));
    return kubectl.execute(command);
  }

  private Node atlas() {
    return client.resources(Node.class).inNamespace(homelab.namespace()).withName("atlas").get();
  }

  private String annotation(String name) {
    return atlas().getMetadata().getAnnotations().get("homelab-autoscaler.dev/" + name);
  }
}
