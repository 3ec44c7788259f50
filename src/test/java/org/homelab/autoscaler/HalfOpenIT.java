package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.kubernetes.Connection;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.HandmadeNode;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Ports;
import org.homelab.autoscaler.testing.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The application on a real API server whose connections, all of them, go dead without an end in
 * the moment that a power command takes effect there.
 */
@NeedsControlPlane
class HalfOpenIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String NODE = "half-open-1";

  private final ControlPlane controlPlane;
  private final Set<String> jobsEver = new ConcurrentSkipListSet<>();
  private TcpProxy wire;
  private Homelab homelab;

  HalfOpenIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @BeforeEach
  void connect() {
    controlPlane.applyCrds();
    homelab = new Homelab(controlPlane.client(), controlPlane.newNamespace("half-open"));
    homelab.group("rack");
    homelab.machine("m1", "rack", NODE, Optional.empty());
    wire = new TcpProxy(Ports.free(), controlPlane.apiPort());
    wire.open();
  }

  @AfterEach
  void reset() {
    wire.close();
    controlPlane.reset();
  }

  @Test
  void noCommandIsGivenTwiceAndWhatHappensMeanwhileIsSeen() throws Exception {
    try (KubernetesClient client = throughTheWire();
        InProcess application = application(client);
        HandmadeNode node = new HandmadeNode(controlPlane.client(), NODE);
        Watch jobs = silenceTheWireWithEachJob()) {
      application.start();
      homelab.want("m1", "on");
      await("power-on").atMost(SOON).until(() -> jobsEver.size() == 1);
      node.join();
      await("ready").atMost(SOON).until(() -> homelab.says("m1", "ready", "on"));

      // Nobody runs Jobs here, so that it is the Kubernetes node that tells.
      homelab.removeJob("m1-startup-1");
      homelab.want("m1", "off");
      await("power-off").atMost(SOON).until(() -> jobsEver.size() == 2);
      await("noted").atMost(SOON).until(() -> homelab.noted("m1", "m1-shutdown-2"));
      node.leave();
      homelab.removeJob("m1-shutdown-2");
      await("off").atMost(SOON).until(() -> homelab.says("m1", "shutdown", "off"));
      assertThat(jobsEver).containsExactly("m1-shutdown-2", "m1-startup-1");
      assertThat(homelab.status("m1").orElseThrow().attempts()).isEqualTo(2);
      assertThat(homelab.status("m1").orElseThrow().failure()).isNull();
      jobs.close();
    }
  }

  private Watch silenceTheWireWithEachJob() {
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
                if (jobsEver.add(job.getMetadata().getName())) {
                  wire.silence();
                }
              }

              @Override
              public void onClose(WatcherException cause) {}
            });
  }

  private InProcess application(KubernetesClient client) {
    return new InProcess(client, homelab.namespace())
        .with("HOMELAB_WATCH_DURATION", "3s")
        .with("HOMELAB_SETTLE", "1ms");
  }

  private KubernetesClient throughTheWire() throws IOException {
    Config config = Config.fromKubeconfig(Files.readString(controlPlane.kubeconfig()));
    config.setMasterUrl("https://127.0.0.1:" + wire.port() + "/");
    config.setRequestTimeout(2_000);
    return Connection.of(config, new ApiCalls());
  }
}
