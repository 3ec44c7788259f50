package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
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
import org.homelab.autoscaler.power.Step;

/**
 * Changes Kubernetes nodes: each change is made to the node as it is now and written only if it is
 * still so, in one request, and is in the Fleet before the call returns.
 */
final class NodeEdits {
  private static final int TRIES = 3;

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
    edit(machine, change, node -> client.resource(node).update());
  }

  /**
   * The same for its status.
   *
   * @throws StaleLook if the node is not the one that was looked at, or keeps changing
   */
  void editStatus(Machine machine, UnaryOperator<Node> change) {
    edit(machine, change, node -> client.resource(node).updateStatus());
  }

  private void edit(Machine machine, UnaryOperator<Node> change, UnaryOperator<Node> write) {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      Optional<Node> node = live(machine);
      if (node.isEmpty() || written(sameAsSeen(machine, node.get()), change, write)) {
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

  private boolean written(Node node, UnaryOperator<Node> change, UnaryOperator<Node> write) {
    Node changed = change.apply(node);
    if (changed.equals(node)) {
      feed.wrote(node);
      return true;
    }
    try {
      feed.wrote(write.apply(changed));
      return true;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT
          || refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw refused;
    }
  }

  static Node withoutTaints(Node node, Set<String> keys) {
    List<io.fabric8.kubernetes.api.model.Taint> kept =
        new ArrayList<>(Meta.orEmpty(node.getSpec().getTaints()));
    return kept.removeIf(taint -> keys.contains(taint.getKey()))
        ? node.edit().editSpec().withTaints(kept).endSpec().build()
        : node;
  }

  /** With those taints, which take the place of the same ones with other values. */
  static Node withTaints(Node node, List<Taint> taints) {
    return taints.isEmpty()
        ? node
        : node.edit()
            .editOrNewSpec()
            .removeMatchingFromTaints(
                taint -> taints.stream().anyMatch(Meta.taint(taint.build())::is))
            .addAllToTaints(taints.stream().map(Meta::taint).toList())
            .endSpec()
            .build();
  }

  static Node withLabels(Node node, Map<String, String> labels) {
    return Meta.labels(node).entrySet().containsAll(labels.entrySet())
        ? node
        : node.edit().editMetadata().addToLabels(labels).endMetadata().build();
  }

  static Node withAnnotations(Node node, Map<String, String> annotations) {
    return Meta.orEmpty(node.getMetadata().getAnnotations())
            .entrySet()
            .containsAll(annotations.entrySet())
        ? node
        : node.edit().editMetadata().addToAnnotations(annotations).endMetadata().build();
  }

  /** With the word to the Cluster Autoscaler to leave it on; a person's own stays theirs. */
  static Node kept(Node node, Step step) {
    boolean already =
        Meta.annotation(node, Api.SCALE_DOWN_DISABLED_ANNOTATION)
            .filter("true"::equals)
            .isPresent();
    return already
        ? node
        : node.edit()
            .editMetadata()
            .addToAnnotations(Api.SCALE_DOWN_DISABLED_ANNOTATION, "true")
            .addToAnnotations(Api.KEPT_ANNOTATION, step.reason().code())
            .endMetadata()
            .build();
  }

  /** Without that word, if it is ours. */
  static Node unkept(Node node) {
    return Meta.annotation(node, Api.KEPT_ANNOTATION).isEmpty()
        ? node
        : node.edit()
            .editMetadata()
            .removeFromAnnotations(Api.SCALE_DOWN_DISABLED_ANNOTATION)
            .removeFromAnnotations(Api.KEPT_ANNOTATION)
            .endMetadata()
            .build();
  }

  /** Without our labels. */
  static Node withoutMarks(Node node) {
    return Meta.labels(node).containsKey(Api.NODE_LABEL)
        ? node.edit()
            .editMetadata()
            .removeFromLabels(Api.NODE_LABEL)
            .removeFromLabels(Api.NODE_GROUP_LABEL)
            .endMetadata()
            .build()
        : node;
  }

  static Node withProviderId(Node node, String providerId) {
    return node.edit().editOrNewSpec().withProviderID(providerId).endSpec().build();
  }

  static boolean hasTaint(Node node, String key) {
    return node.getSpec() != null
        && Meta.taints(node.getSpec().getTaints()).stream().map(Taint::key).anyMatch(key::equals);
  }
}
