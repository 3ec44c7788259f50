package org.homelab.autoscaler.fleet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.homelab.autoscaler.api.Api;

/**
 * What a Kubernetes node looks like, declared or remembered.
 *
 * @param capacity resource name to Kubernetes quantity, such as {@code memory: 7Gi}
 * @param allocatable likewise
 */
public record Template(
    Map<String, String> labels,
    List<Taint> taints,
    Map<String, String> capacity,
    Map<String, String> allocatable) {
  private static final Set<String> LABELS_OF_ONE_NODE =
      Set.of("kubernetes.io/hostname", Api.NODE_LABEL);

  public Template {
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
    capacity = Map.copyOf(capacity);
    allocatable = Map.copyOf(allocatable);
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
    var labels = new HashMap<>(node.labels());
    labels.keySet().removeAll(LABELS_OF_ONE_NODE);
    List<Taint> taints = node.taints().stream().filter(Taint::permanent).toList();
    return new Template(labels, taints, node.capacity(), node.allocatable());
  }
}
