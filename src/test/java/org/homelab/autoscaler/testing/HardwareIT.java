package org.homelab.autoscaler.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.homelab.autoscaler.testing.Hardware.Machine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stand-in for the machines does as power Jobs say, and sees what must not happen. */
@NeedsControlPlane
class HardwareIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private String namespace;
  private Hardware hardware;

  HardwareIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @BeforeEach
  void rack() {
    namespace = controlPlane.newNamespace("hardware");
    client.resource(KwokNodes.alwaysOn()).create();
    hardware = new Hardware(client, namespace).machine("m1", Machine.booting(Duration.ZERO));
  }

  @AfterEach
  void reset() {
    hardware.close();
    controlPlane.reset();
  }

  @Test
  void aStartupJobBootsTheMachineAndAShutdownJobLeavesItDead() {
    client.resource(job("m1-startup-1", "startup")).create();
    await("m1 ready").atMost(SOON).until(() -> "True".equals(readiness()));

    client.resource(job("m1-shutdown-2", "shutdown")).create();
    await("m1 dead").atMost(SOON).until(() -> "Unknown".equals(readiness()));
    assertThat(hardware.commands())
        .extracting(Hardware.Command::job)
        .containsExactly("m1-startup-1", "m1-shutdown-2");
    assertThat(hardware.violations()).isEmpty();
  }

  @Test
  void podsUnderAPowerOffAndASecondLiveJobAreSeen() {
    hardware.switchOn("m1");
    client.resource(podOnMachine()).create();
    client.resource(job("m1-shutdown-1", "shutdown")).create();
    client.resource(job("m1-shutdown-2", "shutdown")).create();

    await("violations").atMost(SOON).until(() -> hardware.violations().size() >= 3);
    assertThat(hardware.violations())
        .anyMatch(violation -> violation.startsWith("2 live Jobs for m1"))
        .anyMatch(violation -> violation.contains("/work]"));
  }

  private String readiness() {
    return KwokNodes.readiness(client, "m1");
  }

  private Pod podOnMachine() {
    return new PodBuilder()
        .withNewMetadata()
        .withName("work")
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withNodeName("m1")
        .addNewContainer()
        .withName("work")
        .withImage("none")
        .endContainer()
        .endSpec()
        .build();
  }

  private Job job(String name, String type) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .addToLabels("app", "homelab-autoscaler")
        .addToLabels("node", "m1")
        .addToLabels("type", type)
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .withNodeName("always-on")
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName(type)
        .withImage("none")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
