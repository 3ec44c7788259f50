package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Effort;
import org.homelab.autoscaler.testing.FaultyApi;
import org.homelab.autoscaler.testing.HandmadeNode;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The application on a real API server, while writes fail and events come late and twice. */
@NeedsControlPlane
@Proves("a machine goes up and down with one command each whatever the API answers")
class ApiFaultsIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String NODE = "faulty-1";
  private static final int CYCLES = 2;

  private final ControlPlane controlPlane;
  private final Set<String> jobsEver = new ConcurrentSkipListSet<>();
  private Homelab homelab;

  ApiFaultsIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @AfterEach
  void reset() {
    controlPlane.reset();
  }

  @Test
  void aMachineGoesUpAndDownWithOneCommandEachWhateverTheApiAnswers() throws Exception {
    controlPlane.applyCrds();
    homelab = new Homelab(controlPlane.client(), controlPlane.newNamespace("faults"));
    homelab.group("rack");
    homelab.machine("m1", "rack", NODE, Optional.empty());
    try (FaultyApi api = new FaultyApi(direct(), 7);
        KubernetesClient client = client(api);
        InProcess application = application(client);
        HandmadeNode node = new HandmadeNode(controlPlane.client(), NODE);
        Watch jobs = watchJobs()) {
      application.start();
      var effort = new Effort();
      int cycles = 0;
      while (effort.more(cycles >= CYCLES)) {
        up(node, 2 * cycles + 1);
        down(node, 2 * cycles + 2);
        cycles++;
      }
      assertThat(jobsEver).hasSize(2 * cycles);
      assertThat(homelab.status("m1").orElseThrow().failure()).isNull();
      assertThat(homelab.status("m1").orElseThrow().attempts()).isEqualTo(2 * cycles);
      assertThat(api.faults().values()).as("faults %s", api.faults()).isNotEmpty();
      long faults = api.faults().values().stream().mapToLong(Number::longValue).sum();
      Proof.of(ApiFaultsIT.class).tried(Tried.LIVES, cycles).tried(Tried.FAULTS, faults);
      jobs.close();
    }
  }

  private void up(HandmadeNode node, int attempt) {
    homelab.want("m1", "on");
    awaitJob("m1-startup-" + attempt);
    node.join();
    await("ready").atMost(SOON).until(() -> homelab.says("m1", "ready", "on"));
    remove("m1-startup-" + attempt);
  }

  private void down(HandmadeNode node, int attempt) throws Exception {
    homelab.want("m1", "off");
    String job = "m1-shutdown-" + attempt;
    awaitJob(job);
    await("noted").atMost(SOON).until(() -> homelab.noted("m1", job));
    node.leave();
    remove(job);
    await("off")
        .atMost(SOON)
        .until(
            () ->
                homelab.says("m1", "shutdown", "off")
                    && controlPlane.client().nodes().withName(NODE).get() == null);
  }

  private void awaitJob(String name) {
    await(name).atMost(SOON).until(() -> homelab.powerJobs().stream().anyMatch(named(name)));
    // Names of commands count up, so that a second command for one wish would have another.
    assertThat(homelab.powerJobs()).hasSize(1);
  }

  private static java.util.function.Predicate<Job> named(String name) {
    return job -> job.getMetadata().getName().equals(name);
  }

  private void remove(String job) {
    homelab.removeJob(job);
    await(job + " gone").atMost(SOON).until(() -> homelab.powerJobs().isEmpty());
  }

  private Watch watchJobs() {
    return controlPlane
        .client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(homelab.namespace())
        .watch(
            new Watcher<>() {
              @Override
              public void eventReceived(Action action, Job job) {
                jobsEver.add(job.getMetadata().getName());
              }

              @Override
              public void onClose(WatcherException cause) {}
            });
  }

  private InProcess application(KubernetesClient client) {
    return new InProcess(client, homelab.namespace())
        .with("HOMELAB_SETTLE", "1ms")
        .with("HOMELAB_BACK_OFF", "1s");
  }

  private Config direct() throws IOException {
    return Config.fromKubeconfig(Files.readString(controlPlane.kubeconfig()));
  }

  private static KubernetesClient client(FaultyApi api) {
    Config config =
        new ConfigBuilder(Config.empty()).withMasterUrl(api.url()).withNamespace("default").build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
