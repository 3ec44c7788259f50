package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Order;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.GroupNews;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a Group is told on it, once. */
class GroupEventsTest {
  private static final ObjectKey RACK = TestCluster.key("rack");

  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private KubernetesClient client;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    cluster = new TestCluster(client);
    cluster.rackWithMachine("on");
    cluster.groupStatus.write(RACK);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void aGroupThatIsSeenForTheFirstTimeIsNoNews() {
    assertThat(told()).isEmpty();
  }

  @Test
  void healthIsToldWhenItChangesAndOnlyThen() {
    cluster.kubernetesNode(true);
    cluster.groupStatus.write(RACK);
    cluster.groupStatus.write(RACK);
    assertThat(told()).containsExactly("Normal GroupHealthy");

    ready(false);
    cluster.groupStatus.write(RACK);
    assertThat(told()).containsExactlyInAnyOrder("Normal GroupHealthy", "Normal GroupOffline");
    assertThat(events())
        .allSatisfy(event -> assertThat(event.getNote()).contains("1 machines that are wanted on"))
        .allSatisfy(event -> assertThat(event.getRegarding().getKind()).isEqualTo("Group"))
        .allSatisfy(event -> assertThat(event.getRegarding().getUid()).isNotBlank());
  }

  @Test
  void whatItsOwnerWritesIsTold() {
    cluster.groupSays("metadata: { name: rack }\nspec: { dryRun: true, coolDown: soon }");
    cluster.groupStatus.write(RACK);
    cluster.groupSays("metadata: { name: rack }\nspec: { dryRun: false }");
    cluster.groupStatus.write(RACK);

    assertThat(told())
        .containsExactlyInAnyOrder(
            "Warning GroupInvalid",
            "Normal GroupDryRun",
            "Normal GroupValid",
            "Normal GroupActing");
  }

  @Test
  void aMachineInQuarantineIsToldOnItsGroupToo() {
    var failed = new Failure(OperationType.STARTUP, "JobFailed", "no", Instant.EPOCH, 2, "", "");
    Machine twice =
        cluster.machine().with(cluster.machine().status().withFailure(Optional.of(failed)));
    cluster.status.write(
        new Step(
            twice,
            cluster.look().policy(),
            new Decision.FailStartup(Reason.JOB_FAILED, "no answer"),
            TestCluster.NOW));

    assertThat(told()).containsExactly("Warning MachineQuarantined");
    assertThat(events().get(0).getNote()).startsWith("m1: ").contains("no answer");
  }

  @Test
  void anOrderThatIsTakenBackIsTold() {
    DeclaredGroup group = cluster.fleet.group(RACK).orElseThrow().declared();
    var ledger = new KubernetesLedger(client, cluster.feed, cluster.events);
    var order =
        new Order(
            7,
            "a-1",
            Order.Phase.WRITING,
            PowerState.ON,
            Set.of("m2", "m1"),
            TestCluster.NOW,
            List.of());

    DeclaredGroup begun = ledger.write(group, order);
    assertThat(told()).isEmpty();
    DeclaredGroup going = ledger.write(begun, order.in(Order.Phase.TAKING_BACK));
    ledger.write(going, going.order().orElseThrow().in(Order.Phase.TAKEN_BACK));
    cluster.events.takenBack(stored(), order);

    assertThat(told()).containsExactly("Warning OrderTakenBack");
    assertThat(events().get(0).getNote()).startsWith("order 7, to power on m1, m2, was taken back");
  }

  @ParameterizedTest
  @EnumSource
  void everyOneIsDocumented(GroupNews news) throws IOException {
    assertThat(Files.readString(Path.of("docs", "troubleshooting.md")))
        .as("the table of a Group's Events")
        .contains("| `%s` | %s |".formatted(news.code(), news.sentence()));
  }

  private void ready(boolean ready) {
    cluster.change(
        node -> {
          node.getStatus().getConditions().get(0).setStatus(ready ? "True" : "False");
          return node;
        });
  }

  private Group stored() {
    return client.resources(Group.class).inNamespace(TestCluster.NAMESPACE).withName("rack").get();
  }

  private List<String> told() {
    return events().stream().map(event -> event.getType() + " " + event.getReason()).toList();
  }

  private List<Event> events() {
    return client
        .events()
        .v1()
        .events()
        .inNamespace(TestCluster.NAMESPACE)
        .list()
        .getItems()
        .stream()
        .filter(event -> event.getRegarding().getKind().equals("Group"))
        .toList();
  }
}
