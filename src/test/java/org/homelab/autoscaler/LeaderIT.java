package org.homelab.autoscaler;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.homelab.autoscaler.leader.Terms;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Ports;
import org.homelab.autoscaler.testing.ProviderClient;
import org.homelab.autoscaler.testing.RunFolder;
import org.homelab.autoscaler.testing.TcpProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas of the packaged program on a real API server, each on a wire of its own. One life of
 * the pair, told in order: each test goes on where the one before has ended.
 */
@NeedsControlPlane
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaderIT {
  private static final Terms TERMS = new Terms(Duration.ofSeconds(5), Duration.ofSeconds(1));

  /** Of a busy machine that does our work too late, and of a look at a metric. */
  private static final Duration SLACK = Duration.ofSeconds(4);

  private static final Pattern LEADS = Pattern.compile("leads as \\S+ since=(\\S+)");
  private static final Pattern ENDS =
      Pattern.compile("leads no more since ([^ :]+:[^ :]+:[^ :]+):");
  private static final String ROUTES =
      """
      - route:
          id: before-power-on
          description: Takes its time.
          from:
            uri: direct:before-power-on
            steps:
              - log: "about to power on ${header.HomelabMachine}"
              - delay: { expression: { constant: "2500" }, asyncDelayed: "false" }
      """;
  private static final String RECIPE =
      """
      apiVersion: camel.apache.org/v1
      kind: Kamelet
      metadata:
        name: job-on
        labels: { camel.apache.org/kamelet.type: action }
        annotations: { homelab-autoscaler.dev/given-by: job }
      spec:
        definition: { title: Power on, description: Says so., type: object }
        template:
          from:
            uri: kamelet:source
            steps:
              - log: "DEVICE COMMAND ${body.machine.name}"
              - bean: { ref: jobs, method: "startup(${body}, 0)" }
      """;

  private final ControlPlane controlPlane;
  private final List<Integer> ports = Ports.free(2);
  private Homelab homelab;
  private Member a;
  private Member b;

  private record Member(RunFolder process, TcpProxy wire, ProviderClient provider) {
    boolean leads() {
      return process.metric("homelab_leader").orElse(0) == 1;
    }
  }

  LeaderIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @BeforeAll
  void startBoth(@TempDir Path routes) throws IOException {
    controlPlane.applyCrds();
    homelab = new Homelab(controlPlane.client(), controlPlane.newNamespace("leader"));
    homelab.group("rack");
    homelab.machine("m1", "rack", "m1", Optional.empty());
    homelab.machine("m2", "rack", "m2", Optional.empty());
    Files.writeString(routes.resolve("slow.camel.yaml"), ROUTES);
    Files.createDirectory(routes.resolve("kamelets"));
    Files.writeString(routes.resolve("kamelets/job-on.kamelet.yaml"), RECIPE);
    a = start("leader-a", ports.get(0), routes);
    b = start("leader-b", ports.get(1), routes);
    a.process().awaitReady();
    b.process().awaitReady();
    await().atMost(TERMS.longestTakeover().plus(SLACK)).until(() -> a.leads() || b.leads());
  }

  private Member start(String name, int port, Path routes) {
    var wire = new TcpProxy(port, controlPlane.apiPort());
    wire.open();
    RunFolder process =
        RunFolder.onCluster(name, controlPlane.kubeconfig(wire), homelab.namespace())
            .with("HOMELAB_ROUTES_CUSTOM", routes.toString())
            .with("HOMELAB_LOG_LEVEL", "DEBUG")
            .with("HOMELAB_LEADER_DURATION", TERMS.duration().toSeconds() + "s")
            .with("HOMELAB_LEADER_RETRY", TERMS.retry().toSeconds() + "s")
            .start();
    return new Member(process, wire, process.provider());
  }

  @AfterAll
  void stopBoth() {
    for (Member member : List.of(a, b)) {
      member.provider().close();
      member.process().close();
      member.wire().close();
    }
    controlPlane.reset();
  }

  private Member leader() {
    return a.leads() ? a : b;
  }

  private Member other(Member one) {
    return one == a ? b : a;
  }

  private Duration timeUntilLeading(Member member) {
    Instant before = Instant.now();
    await().atMost(Duration.ofSeconds(30)).pollInterval(100, MILLISECONDS).until(member::leads);
    return Duration.between(before, Instant.now());
  }

  @Test
  @Order(1)
  void bothAreReadyAndAnswerAndOneLeads() {
    assertThat(a.leads()).isNotEqualTo(b.leads());
    for (Member member : List.of(a, b)) {
      assertThat(member.process().probe("ready")).isEqualTo(200);
      assertThat(member.provider().targetSize("rack")).isZero();
      member.provider().refresh();
    }
  }

  @Test
  @Order(2)
  void aLeaderThatWasPausedBeyondItsLeaseWritesNothingAndSwitchesNothingWhenItGoesOn() {
    Member old = leader();
    Member next = other(old);
    next.provider().increase("rack", 1);
    old.process().awaitOutput("about to power on m1");
    old.process().signal("STOP");

    assertThat(timeUntilLeading(next)).isLessThan(TERMS.longestTakeover().plus(SLACK));
    next.process().awaitOutput("DEVICE COMMAND m1");
    await().until(() -> homelab.powerJobs("m1", "startup").size() == 1);
    int before = old.process().output().length();
    old.process().signal("CONT");

    // Whichever it learns of first: that it leads no more, or that another has written meanwhile.
    await()
        .until(
            () ->
                Stream.of("is left to the replica that leads", "has changed since it was looked at")
                    .anyMatch(old.process().output().substring(before)::contains));
    assertThat(old.leads()).isFalse();
    assertThat(old.process().output()).doesNotContain("DEVICE COMMAND");
    assertThat(homelab.powerJobs("m1", "startup")).containsExactly("m1-startup-1");
    assertThat(next.leads()).isTrue();
    assertThat(old.provider().targetSize("rack")).isOne();
  }

  @Test
  @Order(3)
  void aLeaderThatIsCutOffStopsBeforeTheOtherBegins() {
    Member old = leader();
    Member next = other(old);
    old.wire().shut();

    timeUntilLeading(next);
    await().until(() -> last(ENDS, old).isPresent());
    assertThat(last(ENDS, old).orElseThrow()).isBefore(last(LEADS, next).orElseThrow());
    assertThat(old.leads()).isFalse();
    assertThat(old.process().probe("ready")).isEqualTo(200);
    assertThat(old.provider().targetSize("rack")).isOne();
    old.wire().open();
  }

  @Test
  @Order(4)
  void aCrashIsTakenOverAndTheNewLeaderLooksAtEverything() {
    Member old = leader();
    Member next = other(old);
    old.process().kill();
    next.provider().increase("rack", 1);

    assertThat(timeUntilLeading(next)).isLessThan(TERMS.longestTakeover().plus(SLACK));
    next.process().awaitOutput("DEVICE COMMAND m2");
  }

  @Test
  @Order(5)
  void aStopGivesTheLeaseBack() {
    Member old = leader();
    Member next = other(old);
    next.process().startAndAwaitReady();
    old.process().stop();
    assertThat(timeUntilLeading(next)).isLessThan(Duration.ofSeconds(5));
    assertThat(old.process().output()).contains("gave the Lease back");
  }

  /** C31 across replicas: what both take for the last free machine is given away once. */
  @Test
  @Order(6)
  void twoOrdersAtBothReplicasForTheLastMachineAreOneOrder() {
    (a.process().alive() ? b : a).process().startAndAwaitReady();
    homelab.group("pair");
    homelab.machine("p1", "pair", "p1", Optional.empty());
    for (Member member : List.of(a, b)) {
      await().until(() -> sees(member, "pair", 1));
    }

    List<Boolean> accepted =
        Stream.of(a, b)
            .map(member -> CompletableFuture.supplyAsync(() -> accepts(member, "pair")))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(accepted).containsExactlyInAnyOrder(true, false);
    for (Member member : List.of(a, b)) {
      await().until(() -> member.provider().targetSize("pair") == 1);
      assertThat(member.provider().instances("pair")).hasSize(1);
    }
    await().until(() -> homelab.powerJobs("p1", "startup").size() == 1);
    assertThat(homelab.groupStatus("pair").orElseThrow().order()).isNotNull();
  }

  private static boolean sees(Member member, String group, int most) {
    return member.provider().groups().stream()
        .anyMatch(one -> one.getId().equals(group) && one.getMaxSize() == most);
  }

  private static boolean accepts(Member member, String group) {
    try {
      member.provider().increase(group, 1);
      return true;
    } catch (StatusRuntimeException refused) {
      return false;
    }
  }

  private static Optional<Instant> last(Pattern pattern, Member member) {
    Matcher matcher = pattern.matcher(member.process().output());
    Optional<Instant> found = Optional.empty();
    while (matcher.find()) {
      found = Optional.of(Instant.parse(matcher.group(1)));
    }
    return found;
  }
}
