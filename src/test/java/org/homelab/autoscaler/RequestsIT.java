package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.kubernetes.Connection;
import org.homelab.autoscaler.testing.Contended;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.KwokNodes;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the application asks of a real API server and sends through its routes, counted rather than
 * timed: nothing at all while nothing happens, and a known little for each thing that does.
 */
@NeedsControlPlane
class RequestsIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int MACHINES = 60;
  private static final int ON = 3;
  private static final String LOOKS = "homelab_reconcile_duration_seconds_count";
  private static final String EXCHANGES = "camel_route_policy_seconds_count";
  private static final String NEVER = "0 0 0 1 1 ? 2099";

  private final ControlPlane controlPlane;
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private Homelab homelab;

  RequestsIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @BeforeEach
  void fleet() {
    controlPlane.applyCrds();
    homelab = new Homelab(controlPlane.client(), controlPlane.newNamespace("requests"));
    homelab.group("rack");
    for (int i = 0; i < MACHINES; i++) {
      homelab.machine("m" + i, "rack", "m" + i, Optional.empty());
      if (i < ON) {
        boot("m" + i);
      }
    }
  }

  @AfterEach
  void reset() {
    controlPlane.reset();
  }

  @Test
  void whileNothingHappensNothingIsAskedHoweverOftenEverythingIsLookedAt() throws Exception {
    try (KubernetesClient client = client();
        InProcess application = application(client, "* * * * * ?").start();
        ProviderClient ca = new ProviderClient(application.grpcPort())) {
      settle();
      asked.clear();
      double looks = application.metric(LOOKS);
      await("three looks at everything")
          .atMost(SOON)
          .until(() -> application.metric(LOOKS) >= looks + 3 * (MACHINES + 1));
      for (int loop = 0; loop < 10; loop++) {
        ca.refresh();
        ca.targetSize("rack");
        ca.instances("rack");
      }
      assertThat(asked).isEmpty();
    }
  }

  /**
   * Ten to twenty-five requests were counted for each of these; how many exactly depends on what is
   * seen together. One for each machine of the fleet would be beyond the bound.
   */
  @Test
  void whatHappensCostsLittleHoweverManyMachinesThereAre() throws Exception {
    try (KubernetesClient client = client();
        InProcess application = application(client, NEVER).start()) {
      settle();
      // What the start has left to do may fall into the first of them.
      await("a heartbeat that costs nothing").atMost(SOON).until(() -> costsNothing(application));
      costs(application, "a power-on, until its Job is there", this::powerOn);
      costs(application, "a machine joins and is Ready", this::join);
      costs(application, "a power-off, until its Job is there", this::powerOff);
    }
  }

  private boolean costsNothing(InProcess application) throws Exception {
    asked.clear();
    double before = application.metric(EXCHANGES);
    heartbeat();
    quiet();
    return asked.isEmpty() && application.metric(EXCHANGES) - before <= MACHINES;
  }

  private void costs(InProcess application, String what, Runnable event) throws Exception {
    asked.clear();
    double before = application.metric(EXCHANGES);
    event.run();
    quiet();
    assertThat(asked.values().stream().mapToInt(Integer::intValue).sum())
        .as("%s: %s", what, asked)
        .isBetween(1, MACHINES - 1);
    // A look at every machine takes three exchanges for each.
    assertThat(application.metric(EXCHANGES) - before)
        .as("%s: exchanges", what)
        .isBetween(1.0, 3.0 * MACHINES * 2);
  }

  private void heartbeat() {
    Contended.editStatus(
        controlPlane.client().nodes().withName("m0"),
        node -> {
          node.getStatus().setVolumesInUse(List.of("a/" + System.nanoTime()));
          return node;
        });
  }

  private void boot(String name) {
    var node = KwokNodes.booting(name, Duration.ZERO, Optional.empty());
    controlPlane.client().resource(node).create();
  }

  private void powerOn() {
    homelab.want("m7", "on");
    await("Job").atMost(SOON).until(() -> homelab.noted("m7", "m7-startup-1"));
  }

  private void join() {
    boot("m7");
    await("ready").atMost(SOON).until(() -> homelab.says("m7", "ready", "on"));
  }

  private void powerOff() {
    controlPlane.client().batch().v1().jobs().inNamespace(homelab.namespace()).delete();
    homelab.want("m7", "off");
    await("Job").atMost(SOON).until(() -> homelab.noted("m7", "m7-shutdown-2"));
  }

  /** Until every machine's status is written, nothing is left to look for, and no more is asked. */
  private void settle() {
    await("statuses")
        .atMost(SOON)
        .until(
            () ->
                homelab.machines().stream()
                    .allMatch(
                        node -> node.getStatus() != null && node.getStatus().reason() != null));
    await("two looks for what is left")
        .atMost(SOON)
        .until(() -> asked.getOrDefault("read jobs", 0) >= 2);
    quiet();
  }

  private void quiet() {
    var before = new AtomicReference<Map<String, Integer>>(Map.of());
    await("quiet")
        .during(Duration.ofSeconds(3))
        .atMost(SOON)
        .until(() -> Map.copyOf(asked).equals(before.getAndSet(Map.copyOf(asked))));
  }

  private InProcess application(KubernetesClient client, String resync) {
    return new InProcess(client, homelab.namespace())
        .with("HOMELAB_RESYNC_SCHEDULE", resync)
        .with("HOMELAB_HEALTH_CHECK_SCHEDULE", resync)
        .with("HOMELAB_POWER_UPS_SPACING", "0s")
        .with("HOMELAB_SETTLE", "1ms")
        .counting(calls());
  }

  private KubernetesClient client() throws IOException {
    return Connection.of(
        Config.fromKubeconfig(Files.readString(controlPlane.kubeconfig())), calls());
  }

  /** All but those for the Lease, which time alone brings about. */
  private ApiCalls calls() {
    var calls = new ApiCalls();
    calls.listen(
        new ApiCalls.Listener() {
          @Override
          public void wrote(String kind, String result) {
            // Controllers write to Kubernetes nodes too; whoever comes second tries again.
            if (!result.equals("conflict")) {
              note("write " + kind);
            }
          }

          @Override
          public void read(String kind) {
            note("read " + kind);
          }

          private void note(String what) {
            if (!what.endsWith(" leases")) {
              asked.merge(what, 1, Integer::sum);
            }
          }
        });
    return calls;
  }
}
