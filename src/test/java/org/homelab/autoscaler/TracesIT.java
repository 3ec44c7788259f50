package org.homelab.autoscaler;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Hardware;
import org.homelab.autoscaler.testing.Hardware.Machine;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.KwokNodes;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.OtlpReceiver;
import org.homelab.autoscaler.testing.OtlpReceiver.Told;
import org.homelab.autoscaler.testing.ProviderClient;
import org.homelab.autoscaler.testing.RunFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One trace from IncreaseSize to Ready, though one replica takes the order, another one leads and
 * gives the command, and dies before the machine is there.
 */
@NeedsControlPlane
class TracesIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane controlPlane;

  TracesIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @AfterEach
  void stop() {
    controlPlane.reset();
  }

  @Test
  void anOrderIsOneTraceAcrossReplicasAndTheDeathOfTheLeader() {
    controlPlane.applyCrds();
    var homelab = new Homelab(controlPlane.client(), controlPlane.newNamespace("traces"));
    controlPlane.client().resource(KwokNodes.alwaysOn()).create();
    homelab.group("rack");
    homelab.machine("m1", "rack", "m1", Optional.empty());
    try (var receiver = new OtlpReceiver();
        var hardware = new Hardware(controlPlane.client(), homelab.namespace());
        RunFolder leader = replica("traces-leader", homelab, receiver);
        RunFolder other = replica("traces-other", homelab, receiver)) {
      Machine machine = Machine.booting(Duration.ofSeconds(1));
      hardware.machine("m1", machine.neverBooting());
      leader.startAndAwaitReady();
      until("it leads", () -> leader.metric("homelab_leader").orElse(0) == 1);
      other.startAndAwaitReady();
      try (ProviderClient provider = other.provider()) {
        provider.increase("rack", 1);
      }
      until("the Job is over", () -> receiver.span("job", "m1").isPresent());
      leader.kill();
      until("another one leads", () -> other.metric("homelab_leader").orElse(0) == 1);
      hardware.machine("m1", machine);
      hardware.switchOn("m1");
      until("it is Ready", () -> receiver.span("power-on", "m1").isPresent());

      oneTrace(receiver);
      assertThat(hardware.violations()).isEmpty();
    }
  }

  private RunFolder replica(String name, Homelab homelab, OtlpReceiver receiver) {
    return RunFolder.onCluster(name, controlPlane.kubeconfig(), homelab.namespace())
        .with("HOMELAB_TRACES_ENDPOINT", receiver.endpoint())
        .with("HOMELAB_LEADER_DURATION", "5s")
        .with("HOMELAB_LEADER_RETRY", "1s");
  }

  private static void oneTrace(OtlpReceiver receiver) {
    List<Told> calls = receiver.spans().stream().filter(span -> span.parent().isEmpty()).toList();
    assertThat(calls)
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.name()).isEqualTo("NodeGroupIncreaseSize");
              assertThat(call.process()).isEqualTo("traces-other");
              assertThat(call.attributes())
                  .containsEntry("homelab.machines", "m1")
                  .containsEntry("homelab.group", "rack");
            });
    assertThat(receiver.spans()).extracting(Told::trace).containsOnly(calls.get(0).trace());
    Told order =
        receiver.spans().stream().filter(span -> span.name().equals("order")).findFirst().get();
    assertThat(order.parent()).isEqualTo(calls.get(0).id());
    Told powerOn = receiver.span("power-on", "m1").orElseThrow();
    assertThat(powerOn.parent()).isEqualTo(order.id());
    assertThat(powerOn.process()).isEqualTo("traces-other");
    assertThat(powerOn.failed()).isFalse();
    assertThat(receiver.span("job", "m1").orElseThrow().process()).isEqualTo("traces-leader");
    for (String part : List.of("job", "boot", "ready")) {
      Told told = receiver.span(part, "m1").orElseThrow(() -> new AssertionError("no " + part));
      assertThat(told.parent()).as(part).isEqualTo(powerOn.id());
      assertThat(told.failed()).as(part).isFalse();
      assertThat(told.from()).as(part).isAfterOrEqualTo(powerOn.from());
      assertThat(told.to()).as(part).isBeforeOrEqualTo(powerOn.to());
    }
  }

  private static void until(String what, Callable<Boolean> condition) {
    await(what).atMost(SOON).pollInterval(200, MILLISECONDS).until(condition);
  }
}
