package org.homelab.autoscaler;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.homelab.autoscaler.testing.Authority;
import org.homelab.autoscaler.testing.Calls;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.MountedSecret;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Ports;
import org.homelab.autoscaler.testing.RunFolder;
import org.homelab.autoscaler.testing.TcpProxy;
import org.homelab.autoscaler.testing.TlsClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Mutual TLS of the packaged program, with certificates from a Secret as a kubelet mounts it. */
@NeedsControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransportIT {
  private static final String HOST = "homelab-autoscaler.homelab-autoscaler-system.svc";

  private final ControlPlane controlPlane;
  private final Authority servers = Authority.create("servers");
  private final Authority callers = Authority.create("callers");
  private final Authority.Issued caller = callers.issue("cluster-autoscaler");
  private MountedSecret secret;
  private RunFolder process;

  TransportIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    controlPlane.applyCrds();
    secret = new MountedSecret(folder).show(servers.issue(HOST), callers.pem());
    process =
        RunFolder.onCluster(
                "transport", controlPlane.kubeconfig(), controlPlane.newNamespace("transport"))
            .with("HOMELAB_GRPC_TLS_ENABLED", "true")
            .with("HOMELAB_GRPC_TLS_CERT", secret.certificate().toString())
            .with("HOMELAB_GRPC_TLS_KEY", secret.key().toString())
            .with("HOMELAB_GRPC_TLS_CLIENT_CA", secret.clientAuthority().toString())
            .with("HOMELAB_GRPC_TLS_RELOAD", "200ms")
            .with("HOMELAB_GRPC_KEEP_ALIVE_TIME", "10s")
            .with("HOMELAB_GRPC_KEEP_ALIVE_TIMEOUT", "1s")
            .with("HOMELAB_GRPC_CONNECTION_AGE", "2s")
            .startAndAwaitReady();
  }

  @AfterAll
  void stop() {
    process.close();
    controlPlane.reset();
  }

  @Test
  void c131_c132_c133_who_has_a_certificate_is_answered_over_h2_and_nobody_else() throws Exception {
    assertThat(client(caller).shakeHands().application()).isEqualTo("h2");
    try (Calls calls = new Calls(client(caller).channel(HOST))) {
      calls.refresh();
    }
    Authority.Issued stranger = Authority.create("strangers").issue("cluster-autoscaler");
    assertThatThrownBy(() -> client(stranger).shakeHands()).isInstanceOf(IOException.class);
    var nobody = new TlsClient(process.grpcPort(), servers.pem(), Optional.empty());
    assertThatThrownBy(nobody::shakeHands).isInstanceOf(IOException.class);
    try (Calls calls = new Calls(client(caller).channel("another.name"))) {
      assertThat(calls.refusal().getCode().name()).isEqualTo("UNAVAILABLE");
    }
  }

  @Test
  void c135_c137_certificates_are_renewed_three_times_under_load_and_no_call_fails()
      throws Exception {
    try (TcpProxy wire = new TcpProxy(Ports.free(), process.grpcPort());
        Calls silent = new Calls(channel(wire.port()));
        Calls calls = new Calls(client(caller).channel(HOST))) {
      wire.open();
      silent.refresh();
      wire.silence();
      calls.begin(2);
      for (int i = 1; i <= 3; i++) {
        Authority.Issued renewed = servers.issue(HOST);
        secret.show(renewed, callers.pem());
        await()
            .until(
                () ->
                    client(caller)
                        .shakeHands()
                        .serial()
                        .equals(renewed.certificate().getSerialNumber()));
        long connections = calls.connections();
        await().until(() -> calls.connections() > connections);
      }
      assertThat(calls.end()).as("failed calls").isEmpty();
      assertThat(calls.answers()).isGreaterThan(50);
      // The connection that fell silent is healed by the server, since its caller never asks.
      await().atMost(20, SECONDS).until(silent::answered);
    }
    assertThat(process.metric("homelab_grpc_certificate_remaining_seconds").orElseThrow())
        .isBetween(60.0, (double) Duration.ofDays(1).toSeconds());
  }

  @Test
  void c137_a_broken_pair_is_told_and_the_one_before_serves_on() throws Exception {
    Authority.Issued good = servers.issue(HOST);
    secret.show(servers.issue(HOST).pem(), good.keyPem(), callers.pem());
    process.awaitOutput("certificates are not renewed, the ones before stay in use");
    try (Calls calls = new Calls(client(caller).channel(HOST))) {
      calls.refresh();
    }
    secret.show(good, callers.pem());
    await()
        .until(
            () ->
                client(caller).shakeHands().serial().equals(good.certificate().getSerialNumber()));
    assertThat(process.output()).as("no stack trace").doesNotContain("\tat ");
  }

  private ManagedChannel channel(int port) {
    return new TlsClient(port, servers.pem(), Optional.of(caller)).channel(HOST);
  }

  private TlsClient client(Authority.Issued own) {
    return new TlsClient(process.grpcPort(), servers.pem(), Optional.of(own));
  }
}
