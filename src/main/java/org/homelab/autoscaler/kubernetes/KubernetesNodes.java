package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Taint;
import org.homelab.autoscaler.power.Registration;
import org.homelab.autoscaler.power.Step;

/** Makes Kubernetes nodes ours when they join and deletes them when their machine is off. */
public final class KubernetesNodes {
  private final KubernetesClient client;
  private final FleetFeed feed;
  private final NodeEdits nodes;

  /** The Kubernetes nodes of that cluster. */
  public KubernetesNodes(KubernetesClient client, FleetFeed feed) {
    this.client = client;
    this.feed = feed;
    this.nodes = new NodeEdits(client, feed);
  }

  /**
   * Gives the Kubernetes node our labels, and a provider id if it came without one.
   *
   * @throws NotOurs if it is a control-plane node or that of another machine
   */
  public void register(Step step) {
    nodes.edit(step.machine(), node -> registered(node, step.machine()));
  }

  /**
   * Like {@link #register}, and lets pods come: our cordon and the marks of a removal by the
   * Cluster Autoscaler go, and so do the taints that the owner wants gone. A person's cordon stays.
   *
   * @throws NotOurs if it is a control-plane node or that of another machine
   */
  public void becomeReady(Step step) {
    nodes.edit(step.machine(), node -> opened(registered(node, step.machine()), step.machine()));
  }

  /**
   * Deletes the Kubernetes node of a machine that is off; one that is gone is fine.
   *
   * @throws StaleLook if it is Ready, or another one than was looked at
   * @throws NotOurs if it is a control-plane node or that of another machine
   */
  public void forget(Step step) {
    Optional<Node> live = nodes.live(step.machine());
    if (live.isEmpty()) {
      step.machine().node().ifPresent(feed::kubernetesNodeGone);
      return;
    }
    Node node = nodes.sameAsSeen(step.machine(), live.get());
    checkOurs(node, step.machine());
    if (KubernetesNodeReader.ready(node)) {
      feed.wrote(node);
      throw new StaleLook("Kubernetes node " + Meta.key(node).name() + " is Ready again");
    }
    delete(node);
  }

  private void delete(Node node) {
    try {
      client.resource(node).lockResourceVersion(Meta.revision(node)).delete();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        throw new StaleLook(
            "Kubernetes node " + Meta.key(node).name() + " has changed since it was looked at");
      }
      if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw refused;
      }
    }
    Node left = client.nodes().withName(Meta.key(node).name()).get();
    if (left == null || !Meta.uid(left).equals(Meta.uid(node))) {
      feed.kubernetesNodeGone(node);
    } else {
      feed.wrote(left);
    }
  }

  private static Node registered(Node node, Machine machine) {
    checkOurs(node, machine);
    Map<String, String> labels = Registration.labels(machine);
    Node labelled =
        Meta.labels(node).entrySet().containsAll(labels.entrySet())
            ? node
            : NodeEdits.withLabels(node, labels);
    boolean named =
        node.getSpec() != null && Meta.present(node.getSpec().getProviderID()).isPresent();
    return named ? labelled : NodeEdits.withProviderId(labelled, machine.instanceId());
  }

  private static Node opened(Node node, Machine machine) {
    boolean open = NodeEdits.cordonedByUs(node) || NodeEdits.hasTaint(node, Taint.TO_BE_DELETED);
    var taints = new HashSet<>(machine.spec().taintsToRemove());
    taints.add(Taint.TO_BE_DELETED);
    taints.add(Taint.DELETION_CANDIDATE);
    return NodeEdits.withoutTaints(open ? NodeEdits.withoutCordon(node) : node, taints);
  }

  private static void checkOurs(Node node, Machine machine) {
    String name = Meta.key(node).name();
    if (KubernetesNodeReader.read(node).controlPlane()) {
      throw new NotOurs(
          "Kubernetes node "
              + name
              + " is a control-plane node: delete Node "
              + machine.key()
              + " or fix its spec.kubernetesNodeName");
    }
    Optional<String> other =
        Meta.label(node, Api.NODE_LABEL)
            .filter(owner -> !owner.equals(JobLabels.shorten(machine.name())));
    if (other.isPresent()) {
      throw new NotOurs(
          "Kubernetes node "
              + name
              + " carries label "
              + Api.NODE_LABEL
              + "="
              + other.get()
              + ": remove the label or fix spec.kubernetesNodeName of Node "
              + machine.key());
    }
  }
}
