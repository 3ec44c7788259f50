package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.camel.Desk;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Leftovers;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas that lead one after the other, where the watch of the second lags behind. */
class CatchUpTest {
  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private final AtomicLong term = new AtomicLong();
  private KubernetesClient client;
  private TestCluster before;
  private TestCluster next;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    before = new TestCluster(client);
    next = new TestCluster(client);
    before.group(
        """
        metadata: { name: rack }
        spec: { powerUps: { atOnce: 1, spacing: 1s } }
        """);
    next.feed.group(before.feed.storedGroup(TestCluster.key("rack")).orElseThrow(), "APPLIED");
    for (String name : new String[] {"m1", "m2"}) {
      before.machine(
          """
          metadata: { name: %1$s, labels: { group: rack }, finalizers: [ homelab-autoscaler.dev/let-go ] }
          spec:
            powerState: "on"
            kubernetesNodeName: %1$s
            startupPodSpec: { image: wake }
            shutdownPodSpec: { image: sleep }
          """
              .formatted(name));
      next.feed.machine(before.feed.storedMachine(TestCluster.key(name)).orElseThrow(), "APPLIED");
    }
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  private Step decide(TestCluster replica, String machine, BooleanSupplier current) {
    var desk =
        new Desk(
            replica.fleet,
            seen -> DrainView.EMPTY,
            Leftovers.NONE,
            PowerPolicy.Defaults.STANDARD,
            replica.clock,
            current);
    return desk.decide(TestCluster.key(machine), new HashMap<>());
  }

  private BooleanSupplier caughtUp() {
    return new CatchUp(client, TestCluster.NAMESPACE, next.feed, term::get);
  }

  @Test
  void aPlaceThatTheLeaderBeforeGaveAwayIsNotGivenAwayAgain() {
    BooleanSupplier caughtUp = caughtUp();
    Step first = decide(before, "m1", () -> true);
    before.status.write(first);
    before.status.given(first);

    assertThat(decide(next, "m2", () -> true).decision())
        .as("what its watch has told it so far")
        .isInstanceOf(Decision.PowerOn.class);
    term.incrementAndGet();
    Step second = decide(next, "m2", caughtUp);
    assertThat(second.decision()).isInstanceOf(Decision.Wait.class);
    assertThat(second.reason()).isEqualTo(Reason.WAITING_FOR_TURN);
  }

  @Test
  void aClaimThatComesLateIsNotGivenBesideAnother() {
    Step late = decide(before, "m1", () -> true);
    term.incrementAndGet();
    Step second = decide(next, "m2", caughtUp());
    next.status.write(second);
    next.status.given(second);
    before.status.write(late);

    next.feed.machine(before.feed.storedMachine(TestCluster.key("m1")).orElseThrow(), "APPLIED");
    assertThat(decide(next, "m1", caughtUp()).reason()).isEqualTo(Reason.WAITING_FOR_TURN);
  }

  @Test
  void nothingIsDecidedWhileWhatWasClaimedCannotBeRead() {
    BooleanSupplier caughtUp = caughtUp();
    assertThat(caughtUp.getAsBoolean()).as("alone").isTrue();
    term.incrementAndGet();
    api.close();
    assertThat(decide(next, "m2", caughtUp)).isNull();
  }

  @Test
  void aPowerStateThatWasTakenBackUnseenIsClaimedByNobody() {
    Step fromOldData = decide(next, "m1", () -> true);
    assertThat(fromOldData.decision()).isInstanceOf(Decision.PowerOn.class);
    client
        .resources(Node.class)
        .inNamespace(TestCluster.NAMESPACE)
        .withName("m1")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"powerState\":\"off\"}}");
    assertThatThrownBy(() -> next.status.write(fromOldData)).isInstanceOf(StaleLook.class);
  }
}
