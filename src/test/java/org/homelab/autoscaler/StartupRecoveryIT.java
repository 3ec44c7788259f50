package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Ports;
import org.homelab.autoscaler.testing.ProviderClient;
import org.homelab.autoscaler.testing.RunFolder;
import org.homelab.autoscaler.testing.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A start that can succeed by waiting waits, says for what, and goes on by itself. */
@NeedsControlPlane
class StartupRecoveryIT {
  private static final Duration SOON = Duration.ofSeconds(30);

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
  void c121_beforeTheFirstSyncNothingIsAnsweredAndALostWatchLaterFailsRefreshOnly() {
    controlPlane.applyCrds();
    String namespace = controlPlane.newNamespace("start");
    new Homelab(controlPlane.client(), namespace).group("rack");
    try (TcpProxy wire = new TcpProxy(Ports.free(), controlPlane.apiPort());
        RunFolder process =
            RunFolder.onCluster("refused", controlPlane.kubeconfig(wire), namespace);
        ProviderClient ca = process.provider()) {
      process.start();
      process.awaitOutput("127.0.0.1:" + wire.port());
      assertThat(process.probe("ready")).isNotEqualTo(200);
      assertThat(CloudProviderGrpc.getServiceDescriptor().getMethods())
          .hasSize(15)
          .allMatch(rpc -> unavailable(() -> empty(ca, rpc)));
      assertThat(process.output()).doesNotContain("the watch is closed");

      wire.open();
      process.awaitReady();
      ca.refresh();

      wire.shut();
      await().atMost(SOON).until(() -> unavailable(ca::refresh));
      assertThat(ca.groups()).extracting(NodeGroup::getId).containsExactly("rack");
      assertThat(ca.targetSize("rack")).isZero();
      assertThat(process.probe("ready")).isEqualTo(200);

      wire.open();
      await().atMost(SOON).until(() -> !unavailable(ca::refresh));
    }
  }

  private static <Q> void empty(ProviderClient ca, MethodDescriptor<Q, ?> rpc) {
    var marshaller = (MethodDescriptor.PrototypeMarshaller<Q>) rpc.getRequestMarshaller();
    ClientCalls.blockingUnaryCall(
        ca.stub().getChannel(),
        rpc,
        CallOptions.DEFAULT.withWaitForReady(),
        marshaller.getMessagePrototype());
  }

  private static boolean unavailable(Runnable call) {
    try {
      call.run();
      return false;
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return true;
    }
  }
}
