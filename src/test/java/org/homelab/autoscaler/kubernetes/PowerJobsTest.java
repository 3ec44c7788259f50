package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PowerJobsTest {
  private static final String RICH =
      """
      metadata: { name: m1, labels: { group: rack } }
      spec:
        powerState: "off"
        kubernetesNodeName: w1
        startupPodSpec: { image: wake }
        shutdownPodSpec:
          image: ssh
          command: [ssh]
          args: [w1, poweroff]
          serviceAccount: powerman
          ttlSecondsAfterFinished: 5
          backoffLimit: 0
          activeDeadlineSeconds: 42
          hostNetwork: true
          priorityClassName: system-cluster-critical
          nodeSelector: { kubernetes.io/arch: arm64 }
          tolerations: [ { operator: Exists } ]
          imagePullSecrets: [ { name: registry } ]
          securityContext: { runAsNonRoot: true, runAsUser: 1000 }
          resources: { limits: { memory: 32Mi } }
          env:
            - { name: BMC, value: "10.0.0.7" }
          envFrom:
            - secretRef: { name: bmc }
          volumes:
            - { name: key, mountPath: /key, secretName: ssh, configMapName: unused, defaultMode: 256, items: [ { key: id, path: id_ed25519 } ] }
            - { name: conf, mountPath: /conf, configMapName: conf }
            - { name: tmp, mountPath: /tmp }
      """;

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
  void aPlainStartupJobIsThis() {
    cluster.rackWithMachine("on");
    cluster.jobs.startup(cluster.look(), 0);

    Yaml.assertGolden(withoutIdentity(onlyJob()), "jobs/startup-plain.yaml");
  }

  @Test
  void aShutdownJobHasEverythingThatItsPodSpecAsksFor() {
    cluster.rackWithMachine("on");
    cluster.gone(cluster.stored());
    cluster.machine(RICH);

    cluster.jobs.shutdown(cluster.step(new Decision.PowerOff(Reason.DRAINED, 7)), 120);

    Yaml.assertGolden(withoutIdentity(onlyJob()), "jobs/shutdown-rich.yaml");
  }

  @Test
  void theJobBelongsToItsNode() {
    cluster.rackWithMachine("on");
    cluster.jobs.startup(cluster.look(), 60);

    assertThat(onlyJob().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getUid()).isEqualTo(cluster.stored().getMetadata().getUid());
              assertThat(owner.getController()).isTrue();
              assertThat(owner.getKind()).isEqualTo("Node");
            });
    assertThat(cluster.machine().jobs())
        .singleElement()
        .extracting(PowerJob::state)
        .isEqualTo(PowerJob.State.RUNNING);
  }

  @Test
  void aCommandGivenTwiceIsOneJob() {
    cluster.rackWithMachine("on");
    Step step = cluster.look();

    cluster.jobs.startup(step, 60);
    cluster.jobs.startup(step, 60);

    assertThat(cluster.allJobs()).hasSize(1);
  }

  @Test
  void aJobOfSomebodyElseInTheWayIsNotTakenForOurs() {
    cluster.rackWithMachine("on");
    client.resource(job("m1-startup-1", Map.of())).create();

    assertThatThrownBy(() -> cluster.jobs.startup(cluster.look(), 60))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("homelab/m1-startup-1")
        .hasMessageContaining("delete it");
  }

  @Test
  void longNamesAreShortenedToWhatLabelsCanHold() {
    String name = "machine-" + "x".repeat(80);
    cluster.rackWithMachine("on");
    cluster.machine(RICH.replace("name: m1,", "name: " + name + ",").replace("w1", "w".repeat(70)));
    var machine = cluster.fleet.machine(TestCluster.key(name)).orElseThrow();
    var step =
        new Step(
            machine,
            cluster.look().policy(),
            new Decision.PowerOn(Reason.DESIRED_ON, 12),
            TestCluster.NOW);

    cluster.jobs.startup(step, 60);

    Job job = onlyJob();
    assertThat(job.getMetadata().getName()).hasSizeLessThanOrEqualTo(63).endsWith("-startup-12");
    assertThat(job.getMetadata().getLabels().values())
        .allSatisfy(value -> assertThat(value).hasSizeLessThanOrEqualTo(63));
    assertThat(cluster.fleet.machine(TestCluster.key(name)).orElseThrow().jobs()).hasSize(1);
  }

  @Test
  void cancellingStopsOnlyWhatMayStillSwitchThisMachine() {
    cluster.rackWithMachine("on");
    Step step = cluster.look();
    cluster.jobs.startup(step, 60);
    Map<String, String> ours = JobLabels.of(cluster.machine(), OperationType.STARTUP);
    client.resource(done(job("m1-startup-0", ours))).create();
    client.resource(job("other", with(ours, JobLabels.MACHINE, "m2"))).create();
    client.resource(job("maintenance", with(ours, "type", "maintenance"))).create();

    cluster.jobs.cancel(step);

    assertThat(cluster.allJobs())
        .filteredOn(Meta::deleting)
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.getMetadata().getName()).isEqualTo("m1-startup-1");
              assertThat(job.getMetadata().getFinalizers()).containsExactly("foregroundDeletion");
            });
    assertThat(cluster.machine().job("m1-startup-1"))
        .get()
        .extracting(PowerJob::state)
        .isEqualTo(PowerJob.State.STOPPING);
  }

  private static Map<String, String> with(Map<String, String> labels, String key, String value) {
    var changed = new HashMap<>(labels);
    changed.put(key, value);
    return changed;
  }

  private static Job job(String name, Map<String, String> labels) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(TestCluster.NAMESPACE)
        .withLabels(labels)
        .endMetadata()
        .build();
  }

  private static Job done(Job job) {
    return new JobBuilder(job)
        .withNewStatus()
        .addNewCondition()
        .withType("Complete")
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  private Job onlyJob() {
    assertThat(cluster.allJobs()).hasSize(1);
    return cluster.allJobs().get(0);
  }

  private static Job withoutIdentity(Job job) {
    Job anonymous =
        new JobBuilder(job)
            .editMetadata()
            .withUid(null)
            .withCreationTimestamp(null)
            .withGeneration(null)
            .withResourceVersion(null)
            .endMetadata()
            .build();
    anonymous.getMetadata().getOwnerReferences().get(0).setUid("uid-of-m1");
    return anonymous;
  }
}
