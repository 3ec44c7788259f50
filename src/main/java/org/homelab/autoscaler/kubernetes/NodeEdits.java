package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Taint;

/**
 * Changes Kubernetes nodes: each change is made to the node as it is now and written only if it is
 * still so, in one request, and is in the Fleet before the call returns.
 */
final class NodeEdits {
  private static final int TRIES = 3;
  private static final String UNSCHEDULABLE_TAINT = "node.kubernetes.io/unschedulable";

  private final KubernetesClient client;
  private final FleetFeed feed;

  NodeEdits(KubernetesClient client, FleetFeed feed) {
    this.client = client;
    this.feed = feed;
  }

  /** The machine's Kubernetes node as it is now, which need not be the one that was looked at. */
  Optional<Node> live(Machine machine) {
    return Optional.ofNullable(client.nodes().withName(machine.spec().kubernetesNodeName()).get());
  }

  /**
   * Changes the machine's Kubernetes node; does nothing where there is none or nothing to change.
   *
   * @throws StaleLook if the node is not the one that was looked at, or keeps changing
   */
  void edit(Machine machine, UnaryOperator<Node> change) {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      Optional<Node> node = live(machine);
      if (node.isEmpty() || written(sameAsSeen(machine, node.get()), change)) {
        return;
      }
    }
    throw new StaleLook(
        "Kubernetes node " + machine.spec().kubernetesNodeName() + " keeps changing");
  }

  /** That node, if the machine was looked at with it. */
  Node sameAsSeen(Machine machine, Node live) {
    if (machine.node().map(KubernetesNode::uid).filter(Meta.uid(live)::equals).isEmpty()) {
      feed.wrote(live);
      throw new StaleLook(
          "Kubernetes node " + Meta.key(live).name() + " has joined since it was looked at");
    }
    return live;
  }

  private boolean written(Node node, UnaryOperator<Node> change) {
    Node changed = change.apply(node);
    if (changed.equals(node)) {
      feed.wrote(node);
      return true;
    }
    try {
      feed.wrote(client.resource(changed).update());
      return true;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT
          || refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw refused;
    }
  }

  static boolean cordoned(Node node) {
    return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
  }

  static boolean cordonedByUs(Node node) {
    return cordoned(node) && Meta.annotation(node, Api.CORDONED_ANNOTATION).isPresent();
  }

  /** With a cordon, marked as ours; one that is there already stays whose it is. */
  static Node withCordon(Node node, Instant now) {
    if (cordoned(node)) {
      return node;
    }
    return node.edit()
        .editMetadata()
        .addToAnnotations(Api.CORDONED_ANNOTATION, Meta.text(now))
        .endMetadata()
        .editOrNewSpec()
        .withUnschedulable(true)
        .endSpec()
        .build();
  }

  static Node withoutCordon(Node node) {
    return withoutTaints(
        node.edit()
            .editMetadata()
            .removeFromAnnotations(Api.CORDONED_ANNOTATION)
            .endMetadata()
            .editOrNewSpec()
            .withUnschedulable(null)
            .endSpec()
            .build(),
        Set.of(UNSCHEDULABLE_TAINT));
  }

  static Node withoutTaints(Node node, Set<String> keys) {
    List<io.fabric8.kubernetes.api.model.Taint> kept =
        new ArrayList<>(Meta.orEmpty(node.getSpec().getTaints()));
    return kept.removeIf(taint -> keys.contains(taint.getKey()))
        ? node.edit().editSpec().withTaints(kept).endSpec().build()
        : node;
  }

  static Node withLabels(Node node, Map<String, String> labels) {
    return node.edit().editMetadata().addToLabels(labels).endMetadata().build();
  }

  static Node withProviderId(Node node, String providerId) {
    return node.edit().editOrNewSpec().withProviderID(providerId).endSpec().build();
  }

  static boolean hasTaint(Node node, String key) {
    return node.getSpec() != null
        && Meta.taints(node.getSpec().getTaints()).stream().map(Taint::key).anyMatch(key::equals);
  }
}
