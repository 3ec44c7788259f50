package org.homelab.autoscaler.testing;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.api.PowerState;

/**
 * What the owner of a homelab applies, as manifests, and sees with kubectl: one namespace with
 * Groups, Nodes and a workload.
 *
 * @param namespace where all of it lies
 */
public record Homelab(KubernetesClient client, String namespace) {
  /** Applies a manifest of one or more documents into the namespace. */
  public void apply(String manifest) {
    var stream = new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8));
    client.load(stream).items().stream()
        .map(item -> client.resource(item).inNamespace(namespace))
        .forEach(item -> item.forceConflicts().serverSideApply());
  }

  /** Adds a group without wishes of its own. */
  public void group(String name) {
    apply(
        """
        apiVersion: infra.homecluster.dev/v1alpha1
        kind: Group
        metadata: {name: %s}
        spec: {}
        """
            .formatted(name));
  }

  /**
   * Adds a machine that is off.
   *
   * @param providerId what its owner declares, if anything
   */
  public void machine(
      String name, String group, String kubernetesNode, Optional<String> providerId) {
    apply(
        """
        apiVersion: infra.homecluster.dev/v1alpha1
        kind: Node
        metadata:
          name: %s
          labels: {group: %s}
        spec:
          powerState: "off"
          kubernetesNodeName: %s
          %s
          startupPodSpec: {image: "power:1", command: [wake, %s]}
          shutdownPodSpec: {image: "power:1", command: [sleep, %s]}
          pricing: {hourlyRate: "0.05", podRate: "0.01"}
        """
            .formatted(
                name,
                group,
                kubernetesNode,
                providerId.map(id -> "providerID: \"" + id + "\"").orElse(""),
                name,
                name));
  }

  /** All Nodes. */
  public List<Node> machines() {
    return client.resources(Node.class).inNamespace(namespace).list().getItems();
  }

  /** Number of machines that are to be on. */
  public long desiredOn() {
    return machines().stream().filter(node -> node.getSpec().powerState() == PowerState.ON).count();
  }

  /** Status of a machine, once there is one. */
  public Optional<NodeStatus> status(String machine) {
    return Optional.ofNullable(
            client.resources(Node.class).inNamespace(namespace).withName(machine).get())
        .map(Node::getStatus);
  }

  /** Whether a machine's status says this. */
  public boolean says(String machine, String progress, String power) {
    return status(machine)
        .filter(status -> progress.equals(status.progress()) && power.equals(status.powerState()))
        .isPresent();
  }

  /** Wishes a machine on or off, as its owner would by hand. */
  public void want(String machine, String power) {
    client
        .resources(Node.class)
        .inNamespace(namespace)
        .withName(machine)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"powerState\":\"" + power + "\"}}");
  }

  /**
   * Whether this Job is known as the machine's current one. A Job that vanishes before it is noted
   * has never been, as far as the operator can know, and is rightly created again.
   */
  public boolean noted(String machine, String job) {
    return status(machine)
        .map(NodeStatus::operation)
        .filter(operation -> job.equals(operation.job()))
        .isPresent();
  }

  /** Status of a group, once there is one. */
  public Optional<GroupStatus> groupStatus(String group) {
    return Optional.ofNullable(
            client.resources(Group.class).inNamespace(namespace).withName(group).get())
        .map(Group::getStatus);
  }

  /** All power Jobs there are, finished ones too. */
  public List<Job> powerJobs() {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel("app", "homelab-autoscaler")
        .list()
        .getItems();
  }

  /** Deletes a power Job, as the control plane does with an old one. */
  public void removeJob(String name) {
    client.batch().v1().jobs().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
  }

  /** Names of the power Jobs of a machine and type, by the name of its Kubernetes node. */
  public List<String> powerJobs(String kubernetesNode, String type) {
    return powerJobs().stream()
        .filter(job -> kubernetesNode.equals(job.getMetadata().getLabels().get("node")))
        .filter(job -> type.equals(job.getMetadata().getLabels().get("type")))
        .map(job -> job.getMetadata().getName())
        .toList();
  }

  /** Running pods with a label {@code app}. */
  public List<Pod> running(String app) {
    return client.pods().inNamespace(namespace).withLabel("app", app).list().getItems().stream()
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }
}
