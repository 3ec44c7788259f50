package org.homelab.autoscaler.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.core.ThrowingRunnable;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.fleet.DrainView;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.Neighbours;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.StateMachine;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.Catalogue;
import org.homelab.autoscaler.recipes.Plans;
import org.homelab.autoscaler.testing.Contended;

/** A cluster with a fleet that is fed by hand, as watches would, and everything that writes. */
final class TestCluster {
  static final String NAMESPACE = "homelab";
  static final Instant NOW = Instant.parse("2026-12-01T08:00:00Z");

  final KubernetesClient client;
  final String namespace;
  final Clock clock;
  private static final Plans RECIPES =
      new Plans(Catalogue.read(List.of(Path.of("routes", "kamelets")), false));

  final Fleet fleet = new Fleet(ObjectKey::name, RECIPES);
  final FleetFeed feed = new FleetFeed(fleet);
  final Events events;
  final MachineStatusWriter status;
  final PowerJobs jobs;
  final Drain drain;
  final KubernetesNodes nodes;
  final PowerIntents intents;
  final GroupStatusWriter groupStatus;
  final Custody custody;

  /** One namespace where it is always {@link #NOW}. */
  TestCluster(KubernetesClient client) {
    this(client, NAMESPACE, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  TestCluster(KubernetesClient client, String namespace, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.clock = clock;
    this.events = new Events(client, "test", clock, Runnable::run);
    this.status = new MachineStatusWriter(client, feed, events);
    this.jobs = new PowerJobs(client, feed, PowerPods.RESTRICTED);
    this.drain = new Drain(client, feed, clock);
    this.nodes = new KubernetesNodes(client, feed);
    this.intents = new PowerIntents(client, fleet, feed, events, clock, Duration.ofMillis(200));
    this.custody = new Custody(client, fleet, feed, PowerPolicy.Defaults.STANDARD);
    this.groupStatus =
        new GroupStatusWriter(
            client,
            fleet,
            feed,
            PowerPolicy.Defaults.STANDARD,
            new EnergyBook(feed, new PodTally(), java.time.ZoneOffset.UTC, clock),
            events,
            clock);
  }

  static ObjectKey key(String name) {
    return new ObjectKey(NAMESPACE, name);
  }

  /** Creates a Node and feeds it. */
  void machine(String yaml) {
    Node node = Yaml.read(Node.class, yaml);
    feed.machine(client.resource(node).inNamespace(namespace).create(), "APPLIED");
  }

  /** Deletes it for good, as if somebody had taken off whatever kept it. */
  void gone(HasMetadata resource) {
    client
        .resource(resource)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    client.resource(resource).delete();
  }

  /** Creates a Group and feeds it. */
  void group(String yaml) {
    Group group = Yaml.read(Group.class, yaml);
    feed.group(client.resource(group).inNamespace(namespace).create(), "APPLIED");
  }

  /** Gives Group rack another spec. */
  void groupSays(String yaml) {
    feed.group(
        client
            .resources(Group.class)
            .inNamespace(namespace)
            .withName("rack")
            .edit(
                group -> {
                  group.setSpec(Yaml.read(Group.class, yaml).getSpec());
                  return group;
                }),
        "APPLIED");
  }

  /** Creates a Kubernetes node and feeds it. */
  void kubernetesNode(String yaml) {
    var node = Yaml.read(io.fabric8.kubernetes.api.model.Node.class, yaml);
    feed.kubernetesNode(client.resource(node).create(), "APPLIED");
  }

  /** Group rack and its machine m1, which joins as w1. */
  void rackWithMachine(String powerState) {
    group("metadata: { name: rack }");
    machine(
        """
        metadata: { name: m1, labels: { group: rack }, finalizers: [ homelab-autoscaler.dev/let-go ] }
        spec:
          powerState: "%s"
          kubernetesNodeName: w1
          startupPodSpec: { image: wake, command: [wake, w1] }
          shutdownPodSpec: { image: sleep, command: [sleep, w1] }
        """
            .formatted(powerState));
  }

  /** Kubernetes node w1. */
  void kubernetesNode(boolean ready) {
    kubernetesNode(
        """
        metadata: { name: w1 }
        spec: {}
        status:
          capacity: { cpu: "4", memory: 8Gi }
          allocatable: { cpu: "4", memory: 7Gi }
          conditions:
            - { type: Ready, status: "%s", lastTransitionTime: "2026-12-01T07:00:00Z" }
        """
            .formatted(ready ? "True" : "False"));
  }

  Machine machine() {
    return fleet.machine(new ObjectKey(namespace, "m1")).orElseThrow();
  }

  Node stored() {
    return client.resources(Node.class).inNamespace(namespace).withName("m1").get();
  }

  /** What would be decided now. */
  Step look() {
    return look(machine(), clock.instant());
  }

  Step look(Machine machine, Instant now) {
    var group =
        fleet.group(new ObjectKey(namespace, "rack")).map(GroupSnapshot::policy).orElseThrow();
    PowerPolicy policy =
        PowerPolicy.of(machine, group, Neighbours.room(1), PowerPolicy.Defaults.STANDARD);
    return new Step(machine, policy, StateMachine.decide(machine, policy, now), now);
  }

  /** That decision, whatever would be decided now. */
  Step step(Decision decision) {
    return new Step(machine(), look().policy(), decision, clock.instant());
  }

  /** What a drain of it would be told now. */
  DrainView drainView() {
    return drain.look(machine(), look().policy().drainPolicy());
  }

  List<io.fabric8.kubernetes.api.model.batch.v1.Job> allJobs() {
    return client.batch().v1().jobs().inNamespace(namespace).list().getItems();
  }

  io.fabric8.kubernetes.api.model.Node kubernetesNode() {
    return client.nodes().withName("w1").get();
  }

  /** As if somebody else had changed Kubernetes node w1, and the watch had told us. */
  void change(UnaryOperator<io.fabric8.kubernetes.api.model.Node> change) {
    feed.kubernetesNode(Contended.edit(client.nodes().withName("w1"), change), "APPLIED");
  }

  /** Does it as the operator does: once more from a new look while others are faster. */
  static void insist(ThrowingRunnable act) {
    await("a look that holds until it is acted on")
        .atMost(Duration.ofSeconds(60))
        .pollInSameThread()
        .ignoreException(StaleLook.class)
        .untilAsserted(act);
  }

  /** As if a person had labelled it. */
  static Node touched(Node node) {
    var labels = new HashMap<>(node.getMetadata().getLabels());
    labels.put("touched", "yes");
    node.getMetadata().setLabels(labels);
    return node;
  }
}
