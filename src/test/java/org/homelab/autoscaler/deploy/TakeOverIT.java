package org.homelab.autoscaler.deploy;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Hardware;
import org.homelab.autoscaler.testing.Hardware.Machine;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.Kubectl;
import org.homelab.autoscaler.testing.KwokNodes;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.ProviderClient;
import org.homelab.autoscaler.testing.RunFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Taking over a rack from the Go implementation, as docs/migrate.md says: its definitions, its
 * Groups and Nodes with what it leaves in their status, its labels and locks, nodes that it
 * cordoned and never uncordoned, and a Job of it that still runs. No machine is switched by that.
 */
@NeedsControlPlane
class TakeOverIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String GROUP = "group1";

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private Homelab homelab;

  TakeOverIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @AfterEach
  void reset() {
    controlPlane.reset();
    controlPlane.applyCrds();
  }

  @Test
  void noMachineIsSwitchedByTheMove() {
    Kubectl kubectl = Kubectl.of(controlPlane.kubeconfig());
    leaveAsTheGoImplementationDoes(kubectl);
    Job theirs = homelab.powerJobs().get(0);

    kubectl.run("apply", "--server-side", "--force-conflicts", "-k", "kustomize/crd").orFail();
    try (var hardware = rack();
        RunFolder process =
            RunFolder.onCluster("take-over", controlPlane.kubeconfig(), homelab.namespace())
                .with("HOMELAB_SETTLE", "2s")) {
      process.startAndAwaitReady();
      try (ProviderClient provider = process.provider()) {
        until("what is on stays on", () -> homelab.says("at-work", "ready", "on"));
        until("also if it is cordoned", () -> homelab.says("cordoned", "ready", "on"));
        until("what is off is off", () -> homelab.says("asleep", "shutdown", "off"));
        until("what boots comes up", () -> homelab.says("booting", "ready", "on"));
        assertThat(homelab.powerJobs())
            .extracting(job -> job.getMetadata().getUid())
            .containsExactly(theirs.getMetadata().getUid());
        assertThat(hardware.commands())
            .extracting(Hardware.Command::job)
            .containsExactly(theirs.getMetadata().getName());
        assertThat(provider.targetSize(GROUP)).isEqualTo(3);
        looksRight();

        provider.increase(GROUP, 1);
        until("it works from now on", () -> homelab.says("asleep", "ready", "on"));
        assertThat(homelab.powerJobs("asleep", "startup")).hasSize(1);
      }
      assertThat(hardware.violations()).isEmpty();
    }
  }

  private void looksRight() {
    assertThat(cordoned("cordoned")).as("a cordon of somebody else").isTrue();
    assertThat(cordoned("at-work")).isFalse();
    assertThat(client.nodes().withName("at-work").get().getSpec().getProviderID())
        .isEqualTo("homelab://at-work");
    assertThat(client.nodes().withName("asleep").get()).as("left-over of a machine off").isNull();
    assertThat(client.nodes().withName("lost").get()).as("it may run").isNotNull();
    assertThat(homelab.status("lost").orElseThrow().reason()).isEqualTo("PowerUnknown");
    assertThat(homelab.status("at-work").orElseThrow().conditions())
        .extracting(Condition::getType)
        .contains("Ready")
        .doesNotHaveDuplicates()
        .doesNotContain("StartupProgressing", "ShutdownProgressing", "JobFailed");
  }

  private void leaveAsTheGoImplementationDoes(Kubectl kubectl) {
    String crds = "src/test/resources/go-implementation/crds.yaml";
    kubectl.run("apply", "--server-side", "--force-conflicts", "-f", crds).orFail();
    kubectl
        .run(
            "wait",
            "--for=condition=Established",
            "crd/nodes.infra.homecluster.dev",
            "crd/groups.infra.homecluster.dev")
        .orFail();
    homelab = new Homelab(client, controlPlane.newNamespace("take-over"));
    client.resource(KwokNodes.alwaysOn()).create();
    kubectl
        .run(
            List.of("apply", "-n", homelab.namespace(), "-f", "-"),
            """
            apiVersion: infra.homecluster.dev/v1alpha1
            kind: Group
            metadata: {name: group1}
            spec:
              ignoreDaemonSetsUtilization: true
              maxNodeProvisionTime: 2m
              scaleDownGpuUtilizationThreshold: "30"
              scaleDownUnneededTime: 30s
              scaleDownUnreadyTime: 30s
              scaleDownUtilizationThreshold: "70"
              zeroOrMaxNodeScaling: false
            """)
        .orFail();
    left(kubectl, "at-work", "on", "ready", "on");
    left(kubectl, "cordoned", "on", "ready", "on");
    left(kubectl, "asleep", "off", "shutdown", "off");
    left(kubectl, "lost", "off", "shutdown", "off");
    left(kubectl, "booting", "on", "startingup", "off");
    kubernetesNode("at-work", true, false);
    kubernetesNode("cordoned", true, true);
    kubernetesNode("asleep", false, true);
    kubernetesNode("lost", false, false);
    // The Go implementation says off of whatever is NotReady; when it last powered it tells more.
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    lastPowered("asleep", now.plusSeconds(1), now.minusSeconds(60));
    lastPowered("lost", now.plusSeconds(1), now.plusSeconds(2));
    homelab.apply(JOB_OF_THEIRS.formatted(uid("booting")));
  }

  private void lastPowered(String name, Instant off, Instant on) {
    resource(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"lastShutdownTime\":\"%s\",\"lastStartupTime\":\"%s\"}}"
                .formatted(off, on));
  }

  private static final String JOB_OF_THEIRS =
      """
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: booting-startup-1780000000
        labels: {app: homelab-autoscaler, group: group1, node: booting, type: startup}
        ownerReferences:
          - {apiVersion: infra.homecluster.dev/v1alpha1, kind: Node, name: booting, uid: %s, controller: true}
      spec:
        ttlSecondsAfterFinished: 600
        template:
          metadata:
            labels: {app: homelab-autoscaler, group: group1, node: booting, type: startup}
            annotations: {kwok.test/run-for: 6s}
          spec:
            restartPolicy: OnFailure
            containers: [{name: startup, image: "power:1"}]
      """;

  /** A Node as it is found: its status has every condition that was ever appended, each once. */
  private void left(Kubectl kubectl, String name, String desired, String progress, String power) {
    kubectl
        .run(
            List.of("apply", "-n", homelab.namespace(), "-f", "-"),
            """
            apiVersion: infra.homecluster.dev/v1alpha1
            kind: Node
            metadata:
              name: %1$s
              labels: {group: group1}
              annotations:
                homelab-autoscaler.dev/operation-lock: scale-up
                homelab-autoscaler.dev/lock-owner: node-controller
                homelab-autoscaler.dev/lock-timestamp: "2026-08-17T08:00:00Z"
                homelab-autoscaler.dev/lock-timeout: "300"
              ownerReferences:
                - {apiVersion: infra.homecluster.dev/v1alpha1, kind: Group, name: group1, uid: %3$s, controller: true, blockOwnerDeletion: true}
            spec:
              powerState: "%2$s"
              kubernetesNodeName: %1$s
              pricing: {hourlyRate: "1.5", podRate: "0.0"}
              startupPodSpec: {image: "power:1", command: [wake]}
              shutdownPodSpec: {image: "power:1", command: [sleep]}
            """
                .formatted(name, desired, groupUid()))
        .orFail();
    String condition =
        "{\"type\":\"%s\",\"status\":\"%s\",\"reason\":\"%s\",\"message\":\"left\",\"lastTransitionTime\":\"2026-08-17T08:00:00Z\"}";
    String conditions =
        String.join(
            ",",
            condition.formatted("StartupProgressing", "True", "NodeStarting"),
            condition.formatted("ShutdownProgressing", "True", "NodeShuttingDown"),
            condition.formatted("Ready", "True", "NodeReady"),
            condition.formatted("Shutdown", "False", "NodeShutdown"),
            condition.formatted("JobFailed", "True", "AsyncJobFailed"));
    resource(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"powerState\":\"%s\",\"progress\":\"%s\",\"lastStartupTime\":\"2026-08-17T08:00:00Z\",\"conditions\":[%s]}}"
                .formatted(power, progress, conditions));
  }

  private void kubernetesNode(String name, boolean alive, boolean cordoned) {
    Node node =
        KwokNodes.booting(name, Duration.ZERO, Optional.of("homelab://" + name))
            .edit()
            .editMetadata()
            .addToLabels("infra.homecluster.dev/group", GROUP)
            .addToLabels("infra.homecluster.dev/node", name)
            .addToLabels(KwokNodes.PLAYED_LABEL, alive ? KwokNodes.PLAYED : "nothing")
            .endMetadata()
            .build();
    client.resource(node).create();
    if (cordoned) {
      // Its program is called so, and under that name the API server knows it.
      client
          .nodes()
          .withName(name)
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.JSON_MERGE)
                  .withFieldManager(alive ? "kubectl-cordon" : "manager")
                  .build(),
              "{\"spec\":{\"unschedulable\":true}}");
    }
    if (alive) {
      until(name + " is Ready", () -> "True".equals(KwokNodes.readiness(client, name)));
    }
  }

  private Hardware rack() {
    var hardware = new Hardware(client, homelab.namespace());
    for (String machine : List.of("at-work", "cordoned", "asleep", "booting")) {
      hardware.machine(machine, Machine.booting(Duration.ofSeconds(1)));
    }
    return hardware;
  }

  private boolean cordoned(String node) {
    return Boolean.TRUE.equals(client.nodes().withName(node).get().getSpec().getUnschedulable());
  }

  private String uid(String machine) {
    return resource(machine).get().getMetadata().getUid();
  }

  private String groupUid() {
    return client
        .genericKubernetesResources("infra.homecluster.dev/v1alpha1", "Group")
        .inNamespace(homelab.namespace())
        .withName(GROUP)
        .get()
        .getMetadata()
        .getUid();
  }

  private io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource> resource(
      String machine) {
    return client
        .genericKubernetesResources("infra.homecluster.dev/v1alpha1", "Node")
        .inNamespace(homelab.namespace())
        .withName(machine);
  }

  private static void until(String what, Callable<Boolean> condition) {
    await(what).atMost(SOON).pollInterval(200, MILLISECONDS).until(condition);
  }
}
