package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.homelab.autoscaler.testing.Authority;
import org.homelab.autoscaler.testing.MountedSecret;
import org.homelab.autoscaler.testing.Ports;
import org.homelab.autoscaler.testing.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that cannot succeed by waiting ends at once, and its last words say what to do. */
class StartupFailureIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void anUnknownOptionEndsTheStartAndTheNearestKeyIsNamed() {
    try (RunFolder process = RunFolder.simulating("wrong-option").option("--grpc.prot=50051")) {
      process.start();
      assertThat(process.awaitExit(SOON)).isNotZero();
      assertSaidInOneLine(process, "grpc.prot", "grpc.port");
    }
  }

  @Test
  void aValueThatIsNoNumberEndsTheStartAndItsKeyIsNamed() {
    try (RunFolder process = RunFolder.simulating("wrong-value").option("--http.port=web")) {
      process.start();
      assertThat(process.awaitExit(SOON)).isNotZero();
      assertSaidInOneLine(process, "http.port=web");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HOMELAB_GRPC_PORT", "HOMELAB_HTTP_PORT", "HOMELAB_MANAGEMENT_PORT"})
  void aPortInUseEndsTheStartAndIsNamed(String variable) throws IOException {
    int port = Ports.free();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"));
        RunFolder process =
            RunFolder.simulating("taken-" + variable)
                .with(variable, Integer.toString(taken.getLocalPort()))) {
      process.start();
      assertThat(process.awaitExit(SOON)).isNotZero();
      assertSaidInOneLine(process, Integer.toString(port), "in use");
    }
  }

  @Test
  void aKubeconfigThatIsNotThereEndsTheStartAndIsNamed() {
    Path missing = Path.of("target", "no-such-kubeconfig").toAbsolutePath();
    try (RunFolder process = RunFolder.onCluster("no-kubeconfig", missing, "default")) {
      process.start();
      assertThat(process.awaitExit(SOON)).isNotZero();
      assertSaidInOneLine(process, "KUBECONFIG", missing.toString());
    }
  }

  @Test
  void aKeyThatCannotBeUsedEndsTheStartAndItsSettingIsNamed(@TempDir Path folder)
      throws IOException {
    MountedSecret secret =
        new MountedSecret(folder).show(Authority.create("lab").issue("localhost"), "none");
    Files.writeString(secret.key(), "-----BEGIN RSA PRIVATE KEY-----\n");
    try (RunFolder process =
        RunFolder.simulating("wrong-key")
            .with("HOMELAB_GRPC_TLS_ENABLED", "true")
            .with("HOMELAB_GRPC_TLS_CERT", secret.certificate().toString())
            .with("HOMELAB_GRPC_TLS_KEY", secret.key().toString())
            .with("HOMELAB_GRPC_TLS_CLIENT_CA", secret.clientAuthority().toString())) {
      process.start();
      assertThat(process.awaitExit(SOON)).isNotZero();
      assertSaidInOneLine(process, "HOMELAB_GRPC_TLS_KEY", "PKCS#8", "openssl pkcs8 -topk8");
    }
  }

  @Test
  void aFlowThatCannotBeLoadedEndsTheStartWithFileLineAndReason(@TempDir Path folder)
      throws IOException {
    Path flow =
        Files.writeString(
            folder.resolve("mine.camel.yaml"),
            """
            - route:
                id: before-power-on
                from:
                  uri: direct:before-power-on
                  steps:
                    - setHaeder: { name: HomelabVerdict, constant: wait }
            """);
    try (RunFolder process =
        RunFolder.simulating("broken-flow").option("--routes.custom=" + folder)) {
      process.start();
      assertThat(process.awaitExit(SOON)).isNotZero();
      assertSaidInOneLine(process, flow.toString(), "line 6", "setHaeder");
    }
  }

  private static void assertSaidInOneLine(RunFolder process, String... words) {
    assertThat(process.output().lines()).anySatisfy(line -> assertThat(line).contains(words));
    assertThat(process.output()).as("no stack trace").doesNotContain("\tat ");
  }
}
