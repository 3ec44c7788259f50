package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import org.homelab.autoscaler.testing.Contended;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Hardware;
import org.homelab.autoscaler.testing.Hardware.Machine;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.KwokNodes;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Machines that do not do what their power Jobs say, on a real control plane. All of them are
 * wanted on at the start and tell their stories at the same time; each test awaits the end of one.
 */
@NeedsControlPlane
@Proves(
    "machines that lie, fail, come late, flap, fall silent or are answered for are not guessed"
        + " about")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LyingHardwareIT {
  private static final Duration SOON = Duration.ofSeconds(120);
  private static final int FAILURES = 4;

  /** What a status says of power that nobody knows. */
  private static final String UNKNOWN = "";

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final KubernetesClient client;
  private final ControlPlane controlPlane;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private Homelab homelab;
  private Hardware hardware;

  /** Another machine, which answers at the address that is written down for ours. */
  private HttpServer another;

  /** An address at which nobody answers: its queue is full, the one silence on any computer. */
  private ServerSocket silence;

  LyingHardwareIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.client = controlPlane.client();
  }

  @BeforeAll
  void switchOn() throws IOException {
    controlPlane.applyCrds();
    client.resource(KwokNodes.alwaysOn()).create();
    homelab = new Homelab(client, controlPlane.newNamespace("lies"));
    hardware = open(new Hardware(client, homelab.namespace()));
    another = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    another.start();
    opened.push(() -> another.stop(0));
    silence = open(new ServerSocket(0, 1, LOOPBACK));
    open(new Socket(LOOPBACK, silence.getLocalPort()));
    open(new Socket(LOOPBACK, silence.getLocalPort()));
    homelab.group("rack");
    Machine honest = Machine.booting(Duration.ZERO);
    machine("never", "startup: 6s", honest.neverBooting());
    machine("third", "startup: 15s", honest.bootingAtTry(3));
    machine("late", "startup: 10s", Machine.booting(Duration.ofSeconds(14)));
    machine("stays", "startup: 2m, shutdown: 6s", honest.neverDying());
    machine("flaps", "startup: 2m", honest);
    machine("deaf", "startup: 2m", honest);
    hardware.machine("mistaken", honest);
    declare(
        "mistaken",
        "off",
        "startup: 2m, shutdown: 2m",
        ", " + probe(another.getAddress().getPort()));
    open(
        new InProcess(client, homelab.namespace())
            .with("HOMELAB_SETTLE", "1ms")
            .with("HOMELAB_BACK_OFF", "500ms")
            .with("HOMELAB_POWER_UPS_SPACING", "0s")
            .with("HOMELAB_QUARANTINE_FAILURES", Integer.toString(FAILURES))
            .start());
  }

  @AfterEach
  void noRuleIsBroken() {
    Proof.of(LyingHardwareIT.class).tried(Tried.LIVES, 1);
    assertThat(hardware.violations()).isEmpty();
  }

  @AfterAll
  void goHome() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
    controlPlane.reset();
  }

  @Test
  void aMachineOfWhichNothingComesThoughItsJobsSaySoIsNeverOnAndIsLeftAloneInTheEnd() {
    until("quarantine", () -> reason("never", "Quarantined"));

    assertThat(homelab.says("never", "shutdown", UNKNOWN)).isTrue();
    assertThat(homelab.status("never").orElseThrow().failure().count()).isEqualTo(FAILURES);
    assertThat(homelab.powerJobs("never", "startup")).hasSizeLessThanOrEqualTo(FAILURES);
    assertThat(homelab.powerJobs("never", "shutdown")).isEmpty();
    until("told on the Group", () -> told("MachineQuarantined", "never"));
    faults(FAILURES);
  }

  @Test
  void aMachineThatBootsAtTheThirdTryWorksInTheEnd() {
    until("ready", () -> homelab.says("third", "ready", "on"));

    assertThat(hardware.commands("third", "startup")).hasSize(3);
    assertThat(homelab.status("third").orElseThrow().failure()).isNull();
    faults(2);
  }

  @Test
  void aMachineThatComesAfterItWasGivenUpIsTakenInAndTakesPods() {
    until("ready", () -> homelab.says("late", "ready", "on"));

    assertThat(unschedulable("late")).isFalse();
    assertThat(homelab.status("late").orElseThrow().failure()).isNull();
    faults(1);
  }

  @Test
  void aMachineThatStaysOnThoughItsJobsSaySoIsNeverOffAndNeverLeftCordoned() {
    until("ready", () -> homelab.says("stays", "ready", "on"));
    homelab.want("stays", "off");

    until("quarantine", () -> reason("stays", "Quarantined"));
    assertThat(homelab.says("stays", "ready", "on")).isTrue();
    assertThat(hardware.commands("stays", "shutdown")).hasSizeBetween(1, FAILURES);
    until("uncordoned", () -> !unschedulable("stays"));
    faults(FAILURES);
  }

  @Test
  void aMachineThatFlapsIsNeitherSwitchedNorCordoned() {
    until("ready", () -> homelab.says("flaps", "ready", "on"));
    for (int i = 0; i < 3; i++) {
      ready("flaps", false);
      // Its kubelet still renews its Lease, which proves its power whenever a check comes by.
      until("seen", () -> reason("flaps", "NodeNotReady"));
      ready("flaps", true);
      until("seen", () -> reason("flaps", "NodeReady") && homelab.says("flaps", "ready", "on"));
    }

    assertThat(homelab.powerJobs("flaps", "startup")).hasSize(1);
    assertThat(homelab.powerJobs("flaps", "shutdown")).isEmpty();
    assertThat(unschedulable("flaps")).isFalse();
    faults(3);
  }

  @Test
  void aMachineThatFallsSilentIsWantedOnStillAndNotTouched() {
    until("ready", () -> homelab.says("deaf", "ready", "on"));
    hardware.switchOff("deaf");
    until("silence is told", () -> reason("deaf", "NodeNotReady"));

    assertThat(homelab.says("deaf", "ready", UNKNOWN)).isTrue();
    hardware.switchOn("deaf");
    until("back", () -> homelab.says("deaf", "ready", "on"));
    assertThat(homelab.powerJobs("deaf", "startup")).hasSize(1);
    assertThat(homelab.powerJobs("deaf", "shutdown")).isEmpty();
    faults(1);
  }

  @Test
  void aMachineThatAnotherAnswersForIsNeitherPoweredOnNorCalledOff() {
    until("the answer is believed", () -> reason("mistaken", "ProbeSaysOn"));
    homelab.want("mistaken", "on");
    await("no command")
        .during(Duration.ofSeconds(3))
        .atMost(SOON)
        .until(
            () ->
                homelab.powerJobs("mistaken", "startup").isEmpty()
                    && !homelab.says("mistaken", "shutdown", "off"));
    patch("mistaken", "{\"spec\":{" + probe(silence.getLocalPort()) + "}}");
    until("ready", () -> homelab.says("mistaken", "ready", "on"));

    patch("mistaken", "{\"spec\":{" + probe(another.getAddress().getPort()) + "}}");
    homelab.want("mistaken", "off");
    until("dead", () -> "Unknown".equals(KwokNodes.readiness(client, "mistaken")));
    until("the answer is in the way", () -> reason("mistaken", "ProbeSaysOn"));
    assertThat(homelab.says("mistaken", "shutdown", "off")).isFalse();
    patch("mistaken", "{\"spec\":{" + probe(silence.getLocalPort()) + "}}");
    until("off", () -> homelab.says("mistaken", "shutdown", "off"));
    assertThat(hardware.commands("mistaken", "startup")).hasSize(1);
    assertThat(hardware.commands("mistaken", "shutdown")).hasSize(1);
    faults(2);
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.push(resource);
    return resource;
  }

  private static void faults(int number) {
    Proof.of(LyingHardwareIT.class).tried(Tried.FAULTS, number);
  }

  private static String probe(int port) {
    return """
    "healthCheck": {"schedule": "* * * * * ?", "failureThreshold": 1, "timeout": "500ms",
      "probes": [{"tcp": {"host": "%s", "port": %d}}]}\
    """
        .formatted(LOOPBACK.getHostAddress(), port);
  }

  private void machine(String name, String timeouts, Machine behaviour) {
    hardware.machine(name, behaviour);
    declare(name, "on", timeouts, "");
  }

  private void declare(String name, String power, String timeouts, String more) {
    homelab.apply(
        """
        apiVersion: infra.homecluster.dev/v1alpha1
        kind: Node
        metadata: {name: %s, labels: {group: rack}}
        spec:
          {powerState: "%s", kubernetesNodeName: %s, timeouts: {%s},
           startupPodSpec: {image: "power:1"}, shutdownPodSpec: {image: "power:1"}%s}
        """
            .formatted(name, power, name, timeouts, more));
  }

  private static void until(String what, Callable<Boolean> condition) {
    await(what).atMost(SOON).pollInterval(Duration.ofMillis(200)).until(condition);
  }

  private boolean reason(String machine, String code) {
    return homelab.status(machine).filter(status -> code.equals(status.reason())).isPresent();
  }

  private boolean told(String reason, String about) {
    return client.events().v1().events().inNamespace(homelab.namespace()).list().getItems().stream()
        .anyMatch(
            event -> reason.equals(event.getReason()) && event.getNote().startsWith(about + ":"));
  }

  private boolean unschedulable(String node) {
    return Boolean.TRUE.equals(client.nodes().withName(node).get().getSpec().getUnschedulable());
  }

  private void patch(String machine, String change) {
    client
        .resources(org.homelab.autoscaler.api.Node.class)
        .inNamespace(homelab.namespace())
        .withName(machine)
        .patch(PatchContext.of(PatchType.JSON_MERGE), change);
  }

  /** What kwok, which plays the kubelet, is to say of it from now on. */
  private void ready(String name, boolean ready) {
    Contended.edit(
        client.nodes().withName(name),
        node ->
            new NodeBuilder(node)
                .editMetadata()
                .addToAnnotations("kwok.test/not-ready", Boolean.toString(!ready))
                .endMetadata()
                .build());
  }
}
