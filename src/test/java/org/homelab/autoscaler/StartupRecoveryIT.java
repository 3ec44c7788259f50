package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Ports;
import org.homelab.autoscaler.testing.RunFolder;
import org.homelab.autoscaler.testing.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A start that can succeed by waiting waits, says for what, and goes on by itself. */
@NeedsControlPlane
class StartupRecoveryIT {
  private final ControlPlane controlPlane;

  StartupRecoveryIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @AfterEach
  void reset() {
    controlPlane.reset();
  }

  @Test
  void missingCrdsAreWaitedForAndTheCommandThatAppliesThemIsNamed() {
    controlPlane.removeCrds();
    String namespace = controlPlane.newNamespace("start");
    try (RunFolder process =
        RunFolder.onCluster("missing-crds", controlPlane.kubeconfig(), namespace)) {
      process.start();
      process.awaitOutput("kubectl apply -k kustomize/crd");
      assertThat(process.probe("ready")).isNotEqualTo(200);

      controlPlane.applyCrds();
      process.awaitReady();
    }
  }

  @Test
  void aRefusedConnectionIsWaitedForAndItsAddressIsNamed() {
    controlPlane.applyCrds();
    String namespace = controlPlane.newNamespace("start");
    try (TcpProxy wire = new TcpProxy(Ports.free(), controlPlane.apiPort());
        RunFolder process =
            RunFolder.onCluster("refused", controlPlane.kubeconfig(wire), namespace)) {
      process.start();
      process.awaitOutput("127.0.0.1:" + wire.port());
      assertThat(process.probe("ready")).isNotEqualTo(200);

      wire.open();
      process.awaitReady();
    }
  }
}
