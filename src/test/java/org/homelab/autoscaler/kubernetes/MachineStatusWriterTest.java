package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MachineStatusWriterTest {
  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private KubernetesClient client;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    cluster = new TestCluster(client);
    cluster.rackWithMachine("on");
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void aClaimIsStoredAndInTheFleetBeforeTheCommandIsGiven() {
    Step step = cluster.look();
    assertThat(step.decision()).isInstanceOf(Decision.PowerOn.class);

    cluster.status.write(step);

    assertThat(cluster.stored().getStatus().operation())
        .hasToString(
            "Operation[type=startup, startedAt=2026-12-01T08:00:00Z, attempt=1,"
                + " claimedAt=2026-12-01T08:00:00Z, job=null, recipe=null, stage=null, sentAt=null,"
                + " problem=null, pods=null, outcomes=null, openSince=null]");
    assertThat(cluster.stored().getStatus())
        .hasFieldOrPropertyWithValue("powerState", "")
        .hasFieldOrPropertyWithValue("progress", "startingup")
        .hasFieldOrPropertyWithValue("group", "rack")
        .hasFieldOrPropertyWithValue("reason", "PowerOnWanted")
        .hasFieldOrPropertyWithValue("health", "unknown")
        .hasFieldOrPropertyWithValue("observedGeneration", 1L);
    assertThat(cluster.machine().status()).isEqualTo(step.after());
    assertThat(cluster.machine().declared().revision())
        .isEqualTo(cluster.stored().getMetadata().getResourceVersion());
  }

  @Test
  void aDecisionFromAnOldLookIsRefused() {
    Step old = cluster.look();
    cluster.client.resource(cluster.stored()).edit(TestCluster::touched);

    assertThatThrownBy(() -> cluster.status.write(old)).isInstanceOf(StaleLook.class);
    assertThat(cluster.stored().getStatus()).isNull();
  }

  @Test
  void aDecisionFromALookOlderThanTheFleetIsRefusedWithoutAskingTheCluster() {
    Step old = cluster.look();
    cluster.feed.machine(
        cluster.client.resource(cluster.stored()).edit(TestCluster::touched), "APPLIED");
    client.close();

    assertThatThrownBy(() -> cluster.status.write(old)).isInstanceOf(StaleLook.class);
  }

  @Test
  void whatIsStoredAlreadyIsNotWrittenAgain() {
    cluster.status.write(cluster.look());
    Step again = cluster.look();
    cluster.status.write(again);
    String revision = cluster.stored().getMetadata().getResourceVersion();
    Step third = cluster.look();

    cluster.status.write(third);

    assertThat(cluster.stored().getMetadata().getResourceVersion()).isEqualTo(revision);
  }

  @Test
  void theJobIsNotedOnceItIsThere() {
    Step step = cluster.look();
    cluster.status.write(step);
    cluster.jobs.startup(step, 60);

    cluster.status.given(step);

    assertThat(cluster.stored().getStatus().operation().job()).isEqualTo("m1-startup-1");
    assertThat(cluster.machine().status().operation())
        .contains(Operation.startup(TestCluster.NOW, 1).givenBy("m1-startup-1"));
  }

  @Test
  void theJobIsNotedEvenIfSomebodyChangedTheNodeMeanwhile() {
    Step step = cluster.look();
    cluster.status.write(step);
    cluster.client.resource(cluster.stored()).edit(TestCluster::touched);

    cluster.status.given(step);

    assertThat(cluster.stored().getStatus().operation().job()).isEqualTo("m1-startup-1");
    assertThat(cluster.machine().declared().labels()).containsEntry("touched", "yes");
  }

  @Test
  void theJobOfAnOlderCommandIsNotNoted() {
    Step step = cluster.look();
    cluster.status.write(step);
    cluster.status.write(cluster.step(new Decision.PowerOn(Reason.RETRY, 2)));

    cluster.status.given(step);

    assertThat(cluster.stored().getStatus().operation().attempt()).isEqualTo(2);
    assertThat(cluster.stored().getStatus().operation().job()).isNull();
  }

  @Test
  void aMachineThatIsGoneLeavesTheFleet() {
    Step step = cluster.look();
    cluster.gone(cluster.stored());

    assertThatThrownBy(() -> cluster.status.write(step)).isInstanceOf(StaleLook.class);
    assertThat(cluster.fleet.machine(TestCluster.key("m1"))).isEmpty();
  }

  @Test
  void theTransitionTimeOfAConditionMovesOnlyWithItsStatus() {
    cluster.status.write(cluster.look());
    cluster.status.write(cluster.look(cluster.machine(), TestCluster.NOW.plusSeconds(5)));
    cluster.kubernetesNode(true);
    cluster.status.write(cluster.look(cluster.machine(), TestCluster.NOW.plusSeconds(60)));

    assertThat(condition("Ready"))
        .hasFieldOrPropertyWithValue("status", "True")
        .hasFieldOrPropertyWithValue("reason", "NodeReady")
        .hasFieldOrPropertyWithValue("lastTransitionTime", "2026-12-01T08:01:00Z");
    assertThat(condition("PowerFailed"))
        .hasFieldOrPropertyWithValue("status", "False")
        .hasFieldOrPropertyWithValue("lastTransitionTime", "2026-12-01T08:00:00Z");
    assertThat(cluster.stored().getStatus().progress()).isEqualTo("ready");
    assertThat(cluster.stored().getStatus().health()).isEqualTo("healthy");
    assertThat(cluster.stored().getStatus().template().allocatable()).containsKey("memory");
    String revision = cluster.stored().getMetadata().getResourceVersion();
    cluster.nodes.register(cluster.step(new Decision.Register(Reason.JOINED)));
    cluster.status.write(cluster.look());
    cluster.status.write(cluster.look());
    assertThat(Long.parseLong(cluster.stored().getMetadata().getResourceVersion()))
        .isLessThanOrEqualTo(Long.parseLong(revision) + 3);
  }

  @Test
  void conditionsOfTheGoImplementationGoAndThoseOfOthersStay() {
    Node node = cluster.stored();
    node.setStatus(
        Yaml.read(
            org.homelab.autoscaler.api.NodeStatus.class,
            """
            powerState: "off"
            progress: shutdown
            conditions:
              - { type: Shutdown, status: "False", reason: NodeShutdown, message: x }
              - { type: Dusty, status: "True", reason: Fan, message: x }
            """));
    cluster.feed.machine(cluster.client.resource(node).updateStatus(), "APPLIED");

    cluster.status.write(cluster.look());

    assertThat(cluster.stored().getStatus().conditions())
        .extracting(Condition::getType)
        .containsExactlyInAnyOrder(
            "Dusty",
            "Ready",
            "Progressing",
            "PowerFailed",
            "Held",
            "KeptOn",
            "PowerDrift",
            "HealthCheckValid");
  }

  @Test
  void aTransitionIsToldOnceOnTheNodeAndItsKubernetesNode() {
    cluster.kubernetesNode(false);
    Step step = cluster.look(cluster.machine(), TestCluster.NOW);
    cluster.status.write(step);
    cluster.events.tell(step, false, "again");

    List<Event> onMachine = events(TestCluster.NAMESPACE);
    assertThat(onMachine)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getReason()).isEqualTo("PowerOnWanted");
              assertThat(event.getType()).isEqualTo("Normal");
              assertThat(event.getRegarding().getName()).isEqualTo("m1");
              assertThat(event.getNote()).startsWith("powerState is on");
            });
    assertThat(events("default"))
        .singleElement()
        .satisfies(event -> assertThat(event.getRegarding().getName()).isEqualTo("w1"));
  }

  @Test
  void aPowerOffUnderPodsIsToldAsAWarningThoughTheMachineWasOnItsWayAlready() {
    cluster.kubernetesNode(true);
    cluster.status.write(cluster.step(new Decision.BeginShutdown(Reason.DESIRED_OFF)));

    cluster.status.write(cluster.step(new Decision.PowerOff(Reason.DRAIN_FORCED, 1)));

    assertThat(events(TestCluster.NAMESPACE))
        .filteredOn(event -> "Warning".equals(event.getType()))
        .singleElement()
        .extracting(Event::getReason)
        .isEqualTo("DrainForced");
  }

  @Test
  void whatIsToldIsNoLongerThanTheApiTakesInWhateverLanguageADeviceSpeaks() {
    cluster.status.write(cluster.look());
    cluster.status.write(
        cluster.step(new Decision.FailStartup(Reason.RECIPE_FAILED, "розетка 🔌 ".repeat(100))));

    assertThat(events(TestCluster.NAMESPACE))
        .filteredOn(event -> "Warning".equals(event.getType()))
        .singleElement()
        .extracting(Event::getNote)
        .satisfies(
            note -> {
              assertThat(note.getBytes(StandardCharsets.UTF_8).length).isBetween(990, 1024);
              assertThat(note).contains("розетка 🔌").doesNotContain("\uFFFD", "?");
            });
  }

  @Test
  void aFailureIsToldAsAWarning() {
    cluster.status.write(cluster.look());
    Step failed =
        cluster.step(new Decision.FailStartup(Reason.BOOT_TIMEOUT, "not Ready within 450 s"));

    cluster.status.write(failed);

    assertThat(events(TestCluster.NAMESPACE))
        .filteredOn(event -> "Warning".equals(event.getType()))
        .singleElement()
        .extracting(Event::getNote)
        .asString()
        .contains("not Ready within 450 s");
    assertThat(cluster.stored().getStatus().failure())
        .hasFieldOrPropertyWithValue("type", OperationType.STARTUP.text())
        .hasFieldOrPropertyWithValue("count", 1);
    assertThat(cluster.machine().status().progress()).isEqualTo(Progress.SHUTDOWN);
  }

  private List<Event> events(String namespace) {
    return client.events().v1().events().inNamespace(namespace).list().getItems();
  }

  private Condition condition(String type) {
    return cluster.stored().getStatus().conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theHistoryKeepsTheLastTransitionsAndIsWrittenWithThem() {
    Step step = cluster.look();
    cluster.status.write(step);
    cluster.status.given(step);

    assertThat(cluster.stored().getStatus().history())
        .containsExactly(
            new NodeStatus.Transition("2026-12-01T08:00:00Z", "startingup", "PowerOnWanted", null));
  }
}
