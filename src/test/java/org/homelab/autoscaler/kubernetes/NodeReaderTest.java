package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Price;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Taint;
import org.junit.jupiter.api.Test;

class NodeReaderTest {
  @Test
  void everythingThatANodeCanSayIsRead() {
    Declared read =
        read(
            """
            metadata:
              name: m1
              namespace: homelab
              uid: u1
              resourceVersion: "7"
              generation: 3
              creationTimestamp: "2026-11-01T00:00:00Z"
              labels: { group: rack, rack: a }
              annotations:
                homelab-autoscaler.dev/hold: "until=2026-12-01T08:00Z; disk swap"
                homelab-autoscaler.dev/release: again
            spec:
              powerState: "on"
              kubernetesNodeName: w1
              providerID: k3s://w1
              startupPodSpec: { image: wake }
              shutdownPodSpec: { image: sleep }
              timeouts: { startup: 5m, drain: 1h30m }
              pricing: { hourlyRate: "0.85", podRate: "0.005" }
              taintsToRemove:
                - { key: custom/taint, effect: NoSchedule }
              template:
                labels: { disk: ssd }
                taints: [ { key: gpu, value: a, effect: NoSchedule } ]
                capacity: { cpu: 4, memory: 16Gi }
            """);

    assertThat(read.invalid()).isEmpty();
    assertThat(read.key()).hasToString("homelab/m1");
    assertThat(read.generation()).isEqualTo(3);
    assertThat(read.revision()).isEqualTo("7");
    assertThat(read.groupLabel()).contains("rack");
    assertThat(read.hold())
        .get()
        .hasToString("Hold[until=Optional[2026-12-01T08:00:00Z], reason=disk swap]");
    assertThat(read.release()).contains("again");
    var spec = read.spec();
    assertThat(spec.desired()).isEqualTo(PowerState.ON);
    assertThat(spec.kubernetesNodeName()).isEqualTo("w1");
    assertThat(spec.providerId()).contains("k3s://w1");
    assertThat(spec.timeouts().startup()).contains(Duration.ofMinutes(5));
    assertThat(spec.timeouts().drain()).contains(Duration.ofMinutes(90));
    assertThat(spec.timeouts().shutdown()).isEmpty();
    assertThat(spec.price()).contains(new Price(new BigDecimal("0.85"), new BigDecimal("0.005")));
    assertThat(spec.taintsToRemove()).containsExactly("custom/taint");
    assertThat(spec.template())
        .get()
        .satisfies(
            template -> {
              assertThat(template.labels()).containsEntry("disk", "ssd");
              assertThat(template.taints()).containsExactly(new Taint("gpu", "a", "NoSchedule"));
              assertThat(template.allocatable())
                  .containsEntry("memory", "16Gi")
                  .containsEntry("cpu", "4");
            });
    assertThat(read.status()).isEqualTo(MachineStatus.NEW);
  }

  @Test
  void whatCannotBeReadIsNamedWithItsFixAndTheRestIsRead() {
    Declared read =
        read(
            """
            metadata: { name: m1, namespace: homelab }
            spec:
              kubernetesNodeName: w1
              startupPodSpec: { image: wake }
              timeouts: { startup: soon, drain: 5m }
              pricing: { hourlyRate: cheap, podRate: "0.1" }
            """);

    assertThat(read.invalid())
        .get()
        .asString()
        .contains("spec.powerState: write \"on\" or \"off\"")
        .contains("spec.shutdownPodSpec.image: write")
        .contains("spec.timeouts.startup: write a duration")
        .contains("spec.pricing.hourlyRate: write a decimal number")
        .contains("not \"cheap\"");
    assertThat(read.spec().timeouts().drain()).contains(Duration.ofMinutes(5));
    assertThat(read.spec().desired()).isEqualTo(PowerState.OFF);
  }

  @Test
  void twoMachinesWithoutAKubernetesNodeAreNotTakenForOne() {
    Declared one = read("metadata: { name: m1, namespace: homelab }");
    Declared other = read("metadata: { name: m2, namespace: homelab }\nspec: {}");

    assertThat(one.invalid()).get().asString().startsWith("spec: missing");
    assertThat(other.invalid()).get().asString().contains("spec.kubernetesNodeName");
    assertThat(one.spec().kubernetesNodeName()).isNotEqualTo(other.spec().kubernetesNodeName());
  }

  @Test
  void theStatusOfTheGoImplementationIsReadAsOneWithoutAnOperation() {
    MachineStatus status =
        read("""
                metadata: { name: m1, namespace: homelab }
                spec: { kubernetesNodeName: w1 }
                status:
                  powerState: ""
                  progress: startingup
                  lastStartupTime: "2026-11-01T10:00:00+01:00"
                  conditions:
                    - type: StartupProgressing
                      status: "True"
                      reason: NodeStarting
                      message: ""
                      lastTransitionTime: "2026-11-01T10:00:00Z"
                """)
            .status();

    assertThat(status.progress()).isEqualTo(Progress.STARTING_UP);
    assertThat(status.power()).isEqualTo(ObservedPower.UNKNOWN);
    assertThat(status.operation()).isEmpty();
    assertThat(status.attempts()).isZero();
    assertThat(status.lastStartup()).contains(Instant.parse("2026-11-01T09:00:00Z"));
  }

  @Test
  void anUnreadableStatusCountsAsAbsentAndHarmsNothing() {
    MachineStatus status =
        read("""
                metadata: { name: m1, namespace: homelab }
                spec: { kubernetesNodeName: w1 }
                status:
                  powerState: maybe
                  progress: sideways
                  attempts: -3
                  lastShutdownTime: yesterday
                  operation: { type: reboot, startedAt: now }
                  failure: { type: startup, count: 0, at: never }
                """)
            .status();

    assertThat(status.progress()).isEqualTo(Progress.NEW);
    assertThat(status.operation()).isEmpty();
    assertThat(status.attempts()).isZero();
    assertThat(status.lastShutdown()).isEmpty();
    assertThat(status.failure())
        .contains(new Failure(OperationType.STARTUP, "", "", Instant.EPOCH, 1, "", ""));
  }

  @Test
  void whatIsPersistedOfAnOperationIsReadBackAsItWas() {
    Instant start = Instant.parse("2026-12-01T08:00:00.123Z");
    Operation operation =
        Operation.shutdown(start)
            .claimed(4, start.plusSeconds(9))
            .givenBy("m1-shutdown-4")
            .after("ssh: no answer within 5 s")
            .after("redfish: refused the credentials")
            .openSince(start.plusSeconds(5));
    var failure =
        new Failure(OperationType.SHUTDOWN, "JobFailed", "exit 1", start, 2, "again", "abc");
    var node = new Node();
    node.getMetadata().setName("m1");
    node.setStatus(
        StatusReport.with(
            Yaml.read(org.homelab.autoscaler.api.NodeStatus.class, "progress: shuttingdown"),
            operation));

    assertThat(NodeReader.read(node).status().operation()).contains(operation);
    assertThat(NodeStatuses.write(failure))
        .hasToString(
            "Failure[type=shutdown, reason=JobFailed, message=exit 1, at=2026-12-01T08:00:00.123Z,"
                + " count=2, released=again, powerSpec=abc]");
    assertThat(NodeReader.read(node).spec().providerId()).isEqualTo(Optional.empty());
  }

  private static Declared read(String yaml) {
    return NodeReader.read(Yaml.read(Node.class, yaml));
  }
}
