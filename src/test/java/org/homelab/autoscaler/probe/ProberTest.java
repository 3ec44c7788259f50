package org.homelab.autoscaler.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Probe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Probes over real sockets. */
class ProberTest {
  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final Prober prober =
      new Prober(
          new Pages((namespace, name) -> Optional.empty()),
          (id, machine, patience) -> Seen.on("route " + id + " " + machine));
  private HttpServer pages;

  @BeforeEach
  void serve() throws IOException {
    pages = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    answer("/ok", 200);
    answer("/moved", 302);
    answer("/broken", 503);
    pages.createContext("/slow", exchange -> {});
    pages.start();
  }

  private void answer(String path, int status) {
    pages.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    pages.stop(0);
  }

  @Test
  void aConnectionThatIsAcceptedIsOn() {
    assertThat(tcp(pages.getAddress().getPort())).isEqualTo(ObservedPower.ON);
  }

  @Test
  void aConnectionThatIsRefusedIsOnForSomebodyRefusesIt() throws IOException {
    int free;
    try (var closed = new ServerSocket(0, 1, LOOPBACK)) {
      free = closed.getLocalPort();
    }
    assertThat(tcp(free)).isEqualTo(ObservedPower.ON);
  }

  @Test
  void aConnectionThatNobodyAnswersIsOff() throws IOException {
    // A full backlog is the one silence that needs no other network.
    try (var deaf = new ServerSocket(0, 1, LOOPBACK);
        var first = new java.net.Socket(LOOPBACK, deaf.getLocalPort());
        var second = new java.net.Socket(LOOPBACK, deaf.getLocalPort())) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      Seen seen = ask(new Probe.Tcp("127.0.0.1", deaf.getLocalPort()));
      assertThat(seen.power()).isEqualTo(ObservedPower.OFF);
      assertThat(seen.why()).isEqualTo("tcp 127.0.0.1:" + deaf.getLocalPort() + " does not answer");
    }
  }

  @Test
  void aNameThatNobodyKnowsIsNotOffButUnknown() {
    for (Probe probe :
        List.of(
            new Probe.Tcp("no.such.host.invalid", 22),
            new Probe.Ping("no.such.host.invalid"),
            http("http://no.such.host.invalid/", OptionalInt.empty()))) {
      assertThat(ask(probe).power()).as(probe.kind()).isEqualTo(ObservedPower.UNKNOWN);
    }
  }

  @Test
  void aPageIsOnWithTheExpectedStatusAndElseUnknown() {
    assertThat(page("/ok", OptionalInt.empty())).isEqualTo(ObservedPower.ON);
    assertThat(page("/moved", OptionalInt.empty())).isEqualTo(ObservedPower.ON);
    assertThat(page("/broken", OptionalInt.empty())).isEqualTo(ObservedPower.UNKNOWN);
    assertThat(page("/broken", OptionalInt.of(503))).isEqualTo(ObservedPower.ON);
    assertThat(page("/ok", OptionalInt.of(204))).isEqualTo(ObservedPower.UNKNOWN);
  }

  @Test
  void aPageThatDoesNotComeInTimeIsUnknownForSomebodyAcceptedTheConnection() {
    assertThat(page("/slow", OptionalInt.empty())).isEqualTo(ObservedPower.UNKNOWN);
  }

  @Test
  void tlsThatCannotBeTrustedIsUnknown() {
    String url = "https://127.0.0.1:" + pages.getAddress().getPort() + "/ok";
    assertThat(ask(http(url, OptionalInt.empty())).power()).isEqualTo(ObservedPower.UNKNOWN);
    var secret = new Probe.Http(url, OptionalInt.empty(), false, Optional.of("bmc-ca"));
    assertThat(ask(secret).why()).endsWith("Secret bmc-ca has no ca.crt");
  }

  @Test
  void aHostThatAnswersIsOn() {
    assertThat(ask(new Probe.Ping("127.0.0.1")).power()).isEqualTo(ObservedPower.ON);
  }

  @Test
  void namesOfTheMachineStandInHostsAndPages() {
    Seen seen = ask(new Probe.Tcp("{node}.{machine}.invalid", 22));
    assertThat(seen.why()).isEqualTo("tcp talos.m1.invalid:22: the name cannot be resolved");
  }

  @Test
  void aRouteIsAskedForTheMachine() {
    assertThat(ask(new Probe.Route("plug")).why()).isEqualTo("route plug lab/m1");
  }

  private ObservedPower tcp(int port) {
    return ask(new Probe.Tcp("127.0.0.1", port)).power();
  }

  private ObservedPower page(String path, OptionalInt expected) {
    return ask(http("http://127.0.0.1:" + pages.getAddress().getPort() + path, expected)).power();
  }

  private static Probe http(String url, OptionalInt expected) {
    return new Probe.Http(url, expected, false, Optional.empty());
  }

  private Seen ask(Probe probe) {
    var machine =
        new Machine(
            DeclaredBuilder.declared("m1").nodeName("talos").build(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    return prober.ask(machine, probe, PATIENCE);
  }
}
