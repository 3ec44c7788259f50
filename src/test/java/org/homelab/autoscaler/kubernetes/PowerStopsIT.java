package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.testing.Contended;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.KwokNodes;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real Kubernetes leaves of a power Job that goes. */
@NeedsControlPlane
class PowerStopsIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private TestCluster cluster;
  private PowerStops stops;

  PowerStopsIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @BeforeEach
  void start() {
    controlPlane.applyCrds();
    cluster = new TestCluster(client, controlPlane.newNamespace("stops"), Clock.systemUTC());
    cluster.rackWithMachine("on");
    stops = new PowerStops(client, cluster.feed);
  }

  @AfterEach
  void stop() {
    controlPlane.reset();
  }

  @Test
  void thePodOfAJobThatSomebodyDeletesIsWaitedFor() {
    Step step = cluster.look();
    cluster.jobs.startup(step, 0);
    runsForAnHourAndTakesLongToEnd();
    assertThat(stops.any(step.machine())).isPresent();
    assertThat(left()).as("while its Job runs").isTrue();

    client
        .resource(cluster.allJobs().get(0))
        .withPropagationPolicy(DeletionPropagation.BACKGROUND)
        .delete();
    await("Job gone").atMost(SOON).until(() -> cluster.allJobs().isEmpty());

    assertThat(stops.any(step.machine()).orElseThrow())
        .startsWith("Pod " + cluster.namespace + "/m1-startup-1-")
        .contains("may still switch the machine");
    assertThat(stops.powerOff(step.machine())).as("it switches nothing off").isEmpty();
    assertThat(left()).as("while its pod ends").isTrue();
    assertThat(new PowerPodsLeft(client, "*").get().test(cluster.machine())).isTrue();
    await("its pod is gone too").atMost(SOON).until(() -> pods().isEmpty());
    assertThat(stops.any(step.machine())).isEmpty();
    assertThat(left()).isFalse();
  }

  @Test
  void aJobIsLeftBeforeItHasAPod() {
    Step step = cluster.look();
    assertThat(left()).as("before there is a Job").isFalse();
    cluster.jobs.startup(step, 0);
    assertThat(left()).as("from the moment there is one").isTrue();
    client.resource(KwokNodes.booting("w2", Duration.ZERO, Optional.empty())).create();
    await("it is over").atMost(SOON).until(() -> !left());
    assertThat(cluster.allJobs()).as("a Job that is over is nothing left").hasSize(1);
  }

  @Test
  void aPowerOffThatNoWatchHasToldOfIsKnownFromThenOn() {
    Step step = cluster.step(new Decision.PowerOff(Reason.DRAINED, 1));
    var anotherReplica = new FleetFeed(new Fleet(ObjectKey::name));
    new PowerJobs(client, anotherReplica, PowerPods.RESTRICTED).shutdown(step, 0);
    runsForAnHourAndTakesLongToEnd();
    assertThat(cluster.machine().liveJob()).isEmpty();

    assertThat(stops.powerOff(step.machine()).orElseThrow())
        .isEqualTo("Job " + cluster.namespace + "/m1-shutdown-1 may still switch the machine off.");
    assertThat(cluster.machine().liveJob()).isPresent();
    cluster.jobs.cancel(step);
    assertThat(stops.powerOff(step.machine())).as("until its pod is gone").isPresent();
    await("Job and pod are gone")
        .atMost(SOON)
        .until(() -> cluster.allJobs().isEmpty() && pods().isEmpty());
    assertThat(stops.powerOff(step.machine())).isEmpty();
  }

  /** It waits for a Kubernetes node until it is told so. */
  private void runsForAnHourAndTakesLongToEnd() {
    await("pod").atMost(SOON).until(() -> !pods().isEmpty());
    Contended.edit(
        client.resource(pods().get(0)),
        pod ->
            pod.edit()
                .editMetadata()
                .addToAnnotations("kwok.test/run-for", "1h")
                .addToAnnotations("kwok.test/stop-delay", "4s")
                .endMetadata()
                .build());
    client.resource(KwokNodes.booting("w2", Duration.ZERO, Optional.empty())).create();
    await("running")
        .atMost(SOON)
        .until(() -> pods().get(0).getStatus().getPhase().equals("Running"));
  }

  private boolean left() {
    return new PowerPodsLeft(client, cluster.namespace).get().test(cluster.machine());
  }

  private List<Pod> pods() {
    return client.pods().inNamespace(cluster.namespace).list().getItems();
  }
}
