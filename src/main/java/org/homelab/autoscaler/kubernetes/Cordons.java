package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.Taint;

/**
 * Knows whose a cordon is: ours, the Cluster Autoscaler's or a person's, and takes back what may be
 * taken back.
 *
 * <p>Ours carries our annotation, written in the same request, so that the API server's record of
 * who set which field names the same writer for both. Where it names another writer for the cordon,
 * somebody has taken our cordon away and set one of their own. The Cluster Autoscaler's comes with
 * its taint.
 */
final class Cordons {
  private static final String UNSCHEDULABLE_TAINT = "node.kubernetes.io/unschedulable";
  private static final String CLUSTER_AUTOSCALER = "autoscaler";

  /** How the API server's record calls the Go implementation, which cordons and never uncordons. */
  private static final String PREDECESSOR = "manager";

  private Cordons() {}

  static boolean cordoned(Node node) {
    return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
  }

  /** Whether there is a cordon and it is ours. */
  static boolean ours(Node node) {
    if (!cordoned(node) || Meta.annotation(node, Api.CORDONED_ANNOTATION).isEmpty()) {
      return false;
    }
    List<ManagedFieldsEntry> setters = setters(node);
    return setters.stream().allMatch(Cordons::alsoAnnotated);
  }

  /** Whether there is a cordon that came with a removal by the Cluster Autoscaler. */
  private static boolean clusterAutoscalers(Node node) {
    if (!cordoned(node) || ours(node) || !NodeEdits.hasTaint(node, Taint.TO_BE_DELETED)) {
      return false;
    }
    List<ManagedFieldsEntry> setters = setters(node);
    return setters.isEmpty()
        || setters.stream()
            .map(setter -> Meta.text(setter.getManager()))
            .anyMatch(manager -> manager.contains(CLUSTER_AUTOSCALER));
  }

  /** Whether there is a cordon that the Go implementation has left on a machine of its own. */
  private static boolean predecessors(Node node) {
    List<ManagedFieldsEntry> setters = setters(node);
    return cordoned(node)
        && Meta.label(node, Api.NODE_LABEL).isPresent()
        && !setters.isEmpty()
        && setters.stream().allMatch(setter -> PREDECESSOR.equals(setter.getManager()));
  }

  /** Whether there is a cordon that is a person's, or of some tool that works for one. */
  static boolean ofAPerson(Node node) {
    return cordoned(node) && !ours(node) && !clusterAutoscalers(node) && !predecessors(node);
  }

  /** The same, as a person would set it. */
  static Node asAPerson(Node node) {
    return node.edit().editOrNewSpec().withUnschedulable(true).endSpec().build();
  }

  /** With a cordon, marked as ours; one that is there already stays whose it is. */
  static Node cordon(Node node, Instant now) {
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

  /** Without any cordon but a person's, and without the taints of a removal. */
  static Node open(Node node) {
    boolean left = ours(node) || clusterAutoscalers(node) || predecessors(node);
    Node open = left ? without(node) : node;
    return NodeEdits.withoutTaints(
        unmarked(open), Set.of(Taint.TO_BE_DELETED, Taint.DELETION_CANDIDATE));
  }

  /**
   * Without our cordon, and without the cordon and the taints of a removal by the Cluster
   * Autoscaler that was marked by then. One that was marked later is under way and is not ours to
   * end.
   */
  static Node giveBack(Node node, Instant since) {
    return KubernetesNodeReader.read(node).toBeDeletedBy(since)
        ? open(node)
        : unmarked(ours(node) ? without(node) : node);
  }

  /** A mark of ours on a cordon that is gone, or that is another's, would claim it for us later. */
  private static Node unmarked(Node node) {
    return ours(node) || Meta.annotation(node, Api.CORDONED_ANNOTATION).isEmpty()
        ? node
        : node.edit()
            .editMetadata()
            .removeFromAnnotations(Api.CORDONED_ANNOTATION)
            .endMetadata()
            .build();
  }

  private static Node without(Node node) {
    Node open =
        node.edit()
            .editMetadata()
            .removeFromAnnotations(Api.CORDONED_ANNOTATION)
            .endMetadata()
            .editOrNewSpec()
            .withUnschedulable(null)
            .endSpec()
            .build();
    return NodeEdits.withoutTaints(open, Set.of(UNSCHEDULABLE_TAINT));
  }

  /** Who has set the cordon, as far as the API server keeps a record. */
  private static List<ManagedFieldsEntry> setters(Node node) {
    return Meta.orEmpty(node.getMetadata().getManagedFields()).stream()
        .filter(entry -> manages(entry, "f:spec", "f:unschedulable"))
        .toList();
  }

  private static boolean alsoAnnotated(ManagedFieldsEntry entry) {
    return manages(entry, "f:metadata", "f:annotations", "f:" + Api.CORDONED_ANNOTATION);
  }

  private static boolean manages(ManagedFieldsEntry entry, String... path) {
    Object fields =
        entry.getFieldsV1() == null ? null : entry.getFieldsV1().getAdditionalProperties();
    for (String name : Stream.of(path).toList()) {
      fields = fields instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return fields != null;
  }
}
