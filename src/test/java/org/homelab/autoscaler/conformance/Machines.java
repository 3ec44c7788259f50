package org.homelab.autoscaler.conformance;

import static org.homelab.autoscaler.conformance.Homelab.NAMESPACE;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.homelab.autoscaler.api.Node;

/** The hands that a test has on the machines of one group: their owner's, and the rack's own. */
final class Machines {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final Map<String, Quantity> RESOURCES =
      Map.of("cpu", new Quantity("4"), "memory", new Quantity("8Gi"), "pods", new Quantity("110"));

  /**
   * How machines are called.
   *
   * @param machine name of the Node, from the short name
   * @param node name of the Kubernetes node, from the short name
   */
  record Names(UnaryOperator<String> machine, UnaryOperator<String> node) {
    /** Different names for Node and Kubernetes node. */
    static Names of(String group) {
      return new Names(name -> group + "-" + name, name -> name + "." + group + ".lan");
    }

    /** One name for both. */
    static Names same() {
      return new Names(UnaryOperator.identity(), UnaryOperator.identity());
    }
  }

  private final KubernetesClient client;
  private final String group;
  private final Names names;

  Machines(KubernetesClient client, String group, Names names) {
    this.client = client;
    this.group = group;
    this.names = names;
  }

  String name(String machine) {
    return names.machine().apply(machine);
  }

  String nodeName(String machine) {
    return names.node().apply(machine);
  }

  <T extends HasMetadata> void create(Class<T> type, String manifest) {
    client.resource(Serialization.unmarshal(manifest, type)).inNamespace(NAMESPACE).create();
  }

  /** Describes a machine. */
  void describe(String machine, String powerState, String spec) {
    create(
        Node.class,
        """
        apiVersion: infra.homecluster.dev/v1alpha1
        kind: Node
        metadata: {name: %s, labels: {group: %s}}
        spec:
          powerState: "%s"
          kubernetesNodeName: %s
          startupPodSpec: {image: "power:1", command: [wake]}
          shutdownPodSpec: {image: "power:1", command: [sleep]}
        %s
        """
            .formatted(
                name(machine),
                group,
                powerState,
                nodeName(machine),
                spec.indent(2).stripTrailing()));
  }

  Node node(String machine) {
    return client.resources(Node.class).inNamespace(NAMESPACE).withName(name(machine)).get();
  }

  /** Sets the desired power by hand. */
  void want(String machine, String powerState) {
    patch(machine, "{\"spec\":{\"powerState\":\"%s\"}}".formatted(powerState));
  }

  void annotate(String machine, String key, String value) {
    patch(machine, "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(key, value));
  }

  private void patch(String machine, String change) {
    client
        .resources(Node.class)
        .inNamespace(NAMESPACE)
        .withName(name(machine))
        .patch(MERGE, change);
  }

  /** Writes a status as an earlier life of the application may have left it. */
  void remember(String machine, String status) {
    client
        .resources(Node.class)
        .inNamespace(NAMESPACE)
        .withName(name(machine))
        .subresource("status")
        .patch(MERGE, "{\"status\":" + status + "}");
  }

  /** The Kubernetes node of a machine comes and is Ready. */
  void join(String machine, String providerId, Map<String, String> labels) {
    register(machine, providerId, labels, "True");
  }

  /** The Kubernetes node of a machine comes and is not Ready yet. */
  void appear(String machine) {
    register(machine, "", Map.of(), "False");
  }

  private void register(
      String machine, String providerId, Map<String, String> labels, String ready) {
    client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(nodeName(machine))
                .addToLabels("kubernetes.io/hostname", nodeName(machine))
                .addToLabels("kubernetes.io/arch", "amd64")
                .addToLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withProviderID(providerId.isEmpty() ? null : providerId)
                .endSpec()
                .withNewStatus()
                .addToCapacity(RESOURCES)
                .addToAllocatable(RESOURCES)
                .withConditions(ready(ready))
                .endStatus()
                .build())
        .create();
  }

  /** The Kubernetes node of a machine is not heard of any more. */
  void silence(String machine) {
    client
        .nodes()
        .withName(nodeName(machine))
        .subresource("status")
        .patch(
            MERGE,
            Serialization.asJson(
                Map.of("status", Map.of("conditions", List.of(ready("Unknown"))))));
  }

  private static NodeCondition ready(String status) {
    return new NodeConditionBuilder()
        .withType("Ready")
        .withStatus(status)
        .withLastTransitionTime(Instant.now().minusSeconds(1).toString())
        .build();
  }

  io.fabric8.kubernetes.api.model.Node kubernetesNode(String machine) {
    return client.nodes().withName(nodeName(machine)).get();
  }

  /** A Job of somebody else's that may still switch the machine off. */
  void earlierJob(String machine) {
    create(
        Job.class,
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: %s-earlier
          labels: {app: homelab-autoscaler, group: %s, node: %s, type: shutdown}
          ownerReferences:
          - {apiVersion: infra.homecluster.dev/v1alpha1, kind: Node, name: %s, uid: %s}
        spec: {}
        """
            .formatted(
                name(machine),
                group,
                nodeName(machine),
                name(machine),
                node(machine).getMetadata().getUid()));
  }

  /** Power Jobs of a machine that there are, finished ones too. */
  List<Job> jobs(String machine) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(NAMESPACE)
        .withLabel("node", nodeName(machine))
        .list()
        .getItems();
  }

  /** How many power Jobs of that type a machine has had, finished ones too. */
  long jobs(String machine, String type) {
    return jobs(machine).stream()
        .filter(job -> type.equals(job.getMetadata().getLabels().get("type")))
        .count();
  }

  /** Ends the machine's Job that runs: {@code Complete} or {@code Failed}. */
  void endJob(String machine, String outcome, String message) {
    Job running =
        jobs(machine).stream().filter(job -> job.getStatus() == null).findFirst().orElseThrow();
    client
        .resource(running)
        .subresource("status")
        .patch(
            MERGE,
            Serialization.asJson(
                Map.of(
                    "status",
                    Map.of(
                        "conditions",
                        List.of(Map.of("type", outcome, "status", "True", "message", message))))));
  }
}
