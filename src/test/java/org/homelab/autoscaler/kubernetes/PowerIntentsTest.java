package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.Alert;
import org.homelab.autoscaler.cloudprovider.PowerIntent;
import org.homelab.autoscaler.cloudprovider.ProviderException;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PowerIntentsTest {
  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private KubernetesClient client;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    api.start();
    client = api.client();
    cluster = new TestCluster(client);
    cluster.rackWithMachine("off");
    for (String name : List.of("m2", "m3")) {
      cluster.machine(
          """
          metadata: { name: %s, labels: { group: rack } }
          spec:
            powerState: "off"
            kubernetesNodeName: k-%s
            startupPodSpec: { image: wake }
            shutdownPodSpec: { image: sleep }
          """
              .formatted(name, name));
    }
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void anOrderIsPersistedAndKnownToTheFleetBeforeItIsAnswered() {
    cluster.intents.apply(rack(), List.of(on("m1"), on("m3")));

    assertThat(stored("m1").getSpec().powerState()).isEqualTo(PowerState.ON);
    assertThat(stored("m3").getSpec().powerState()).isEqualTo(PowerState.ON);
    assertThat(stored("m1").getSpec().startupPodSpec().image()).isEqualTo("wake");
    assertThat(requestedBy("m1")).contains("pods are waiting");
    assertThat(order().phase()).isEqualTo("Committed");
    assertThat(order().machines()).containsExactly("m1", "m3");
    assertThat(rack().machines()).allMatch(machine -> machine.pendingOrder().isEmpty());
    assertThat(rack().machines())
        .filteredOn(Machine::desiredOn)
        .extracting(Machine::name)
        .containsExactly("m1", "m3");
  }

  @Test
  void anOrderOfWhichOnePartFailsLeavesNothingBehind() {
    GroupSnapshot group = rack();
    List<PowerIntent> order = List.of(on("m1"), on("m2"), on("m3"));
    client.resource(stored("m2")).edit(TestCluster::touched);

    assertThatThrownBy(() -> cluster.intents.apply(group, order))
        .isInstanceOf(ProviderException.StaleSnapshot.class)
        .hasMessageContaining("homelab/m2");

    assertThat(List.of("m1", "m2", "m3"))
        .allSatisfy(
            name -> assertThat(stored(name).getSpec().powerState()).isEqualTo(PowerState.OFF));
    assertThat(rack().machines()).noneMatch(Machine::desiredOn);
    assertThat(rack().machine("m1").orElseThrow().declared().revision())
        .isEqualTo(stored("m1").getMetadata().getResourceVersion());
    assertThat(rack().machine("m2").orElseThrow().declared().labels()).containsKey("touched");
    assertThat(order().phase()).isEqualTo("TakenBack");
  }

  @Test
  void theSameOrderFromAFreshLookSucceeds() {
    client.resource(stored("m1")).edit(TestCluster::touched);
    assertThatThrownBy(() -> cluster.intents.apply(rack(), List.of(on("m1"))))
        .isInstanceOf(ProviderException.StaleSnapshot.class);

    cluster.intents.apply(rack(), List.of(on("m1")));

    assertThat(stored("m1").getSpec().powerState()).isEqualTo(PowerState.ON);
  }

  @Test
  void aMachineThatIsGoneLeavesTheFleetAndTheOrderIsPlannedAgain() {
    List<PowerIntent> order = List.of(on("m1"), on("m2"));
    GroupSnapshot group = rack();
    client.resource(stored("m2")).delete();

    assertThatThrownBy(() -> cluster.intents.apply(group, order))
        .isInstanceOf(ProviderException.StaleSnapshot.class);

    assertThat(rack().machines()).extracting(Machine::name).containsExactly("m1", "m3");
    assertThat(stored("m1").getSpec().powerState()).isEqualTo(PowerState.OFF);
  }

  @Test
  void withoutTheClusterAnOrderIsUnavailable() {
    GroupSnapshot group = rack();
    api.close();

    assertThatThrownBy(() -> cluster.intents.apply(group, List.of(on("m1"))))
        .isInstanceOf(ProviderException.Unavailable.class);
    assertThat(rack().machines()).noneMatch(Machine::desiredOn);
  }

  @Test
  void aMachineThatCameUpByItselfIsWantedOnAndItsStatusCanBeWrittenAtOnce() {
    cluster.kubernetesNode(true);

    Step adopted = cluster.intents.adopt(cluster.step(new Decision.Adopt(Reason.SWITCHED_ON)));
    cluster.status.write(adopted);

    assertThat(stored("m1").getSpec().powerState()).isEqualTo(PowerState.ON);
    assertThat(machine("m1").desiredOn()).isTrue();
    assertThat(requestedBy("m1")).contains("homelab-autoscaler: it came up by itself");
  }

  @Test
  void anAdoptionFromAnOldLookIsRefused() {
    Step step = cluster.step(new Decision.Adopt(Reason.SWITCHED_ON));
    client.resource(stored("m1")).edit(TestCluster::touched);

    assertThatThrownBy(() -> cluster.intents.adopt(step)).isInstanceOf(StaleLook.class);
  }

  @Test
  void anOrderThatWasRefusedForSafetyIsToldOnceAsAWarning() {
    cluster.intents.alert(new Alert(machine("m1"), "it is at work"));
    cluster.intents.alert(new Alert(machine("m1"), "it is at work"));

    assertThat(client.events().v1().events().inNamespace(TestCluster.NAMESPACE).list().getItems())
        .singleElement()
        .satisfies(event -> assertThat(event.getType()).isEqualTo("Warning"))
        .extracting(Event::getNote)
        .isEqualTo("it is at work");
  }

  private PowerIntent on(String name) {
    return new PowerIntent(machine(name), PowerState.ON, "pods are waiting");
  }

  private GroupSnapshot rack() {
    return cluster.fleet.group("rack").orElseThrow();
  }

  private Machine machine(String name) {
    return cluster.fleet.machine(TestCluster.key(name)).orElseThrow();
  }

  private Node stored(String name) {
    return client.resources(Node.class).inNamespace(TestCluster.NAMESPACE).withName(name).get();
  }

  private GroupStatus.Order order() {
    return client
        .resources(Group.class)
        .inNamespace(TestCluster.NAMESPACE)
        .withName("rack")
        .get()
        .getStatus()
        .order();
  }

  private Optional<String> requestedBy(String name) {
    return Meta.annotation(stored(name), Api.REQUESTED_BY_ANNOTATION);
  }
}
