package org.homelab.autoscaler.fleet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.homelab.autoscaler.api.Api;

/**
 * What a Kubernetes node looks like, declared or remembered.
 *
 * @param annotations what its owner declares; those of a Kubernetes node are not remembered
 * @param capacity resource name to Kubernetes quantity, such as {@code memory: 7Gi}
 * @param allocatable likewise
 * @param cordoned whether a person wants no pods on it
 */
public record Template(
    Map<String, String> labels,
    Map<String, String> annotations,
    List<Taint> taints,
    Map<String, String> capacity,
    Map<String, String> allocatable,
    boolean cordoned) {
  private static final Set<String> LABELS_OF_ONE_NODE =
      Set.of("kubernetes.io/hostname", Api.NODE_LABEL);

  public Template {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    taints = List.copyOf(taints);
    capacity = Map.copyOf(capacity);
    allocatable = Map.copyOf(allocatable);
  }

  /** One without annotations that takes pods. */
  public Template(
      Map<String, String> labels,
      List<Taint> taints,
      Map<String, String> capacity,
      Map<String, String> allocatable) {
    this(labels, Map.of(), taints, capacity, allocatable, false);
  }

  /** Whether it carries a control-plane role. */
  public boolean controlPlane() {
    return controlPlane(labels);
  }

  static boolean controlPlane(Map<String, String> labels) {
    return labels.containsKey("node-role.kubernetes.io/control-plane")
        || labels.containsKey("node-role.kubernetes.io/master");
  }

  /** What remains true of a Kubernetes node when its machine is off and on again. */
  public static Template of(KubernetesNode node) {
    List<Taint> taints = node.taints().stream().filter(Taint::permanent).toList();
    return new Template(
        lasting(node.labels()),
        Map.of(),
        taints,
        node.capacity(),
        node.allocatable(),
        node.cordonedByAPerson());
  }

  /** The same, and what the other one says of what this one does not mention. */
  public Template or(Template other) {
    return new Template(
        joined(labels, other.labels),
        joined(annotations, other.annotations),
        Taint.joined(other.taints, taints),
        joined(capacity, other.capacity),
        joined(allocatable, other.allocatable),
        cordoned || other.cordoned);
  }

  private static Map<String, String> joined(Map<String, String> first, Map<String, String> rest) {
    var joined = new HashMap<>(rest);
    joined.putAll(first);
    return joined;
  }

  /** The labels that say more than which Kubernetes node it is. */
  public static Map<String, String> lasting(Map<String, String> labels) {
    var lasting = new HashMap<>(labels);
    lasting.keySet().removeAll(LABELS_OF_ONE_NODE);
    return lasting;
  }
}
