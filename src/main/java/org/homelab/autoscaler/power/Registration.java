package org.homelab.autoscaler.power;

import java.util.Map;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;

/** What makes a Kubernetes node known as ours. */
public final class Registration {
  private Registration() {}

  /** The labels that the machine's Kubernetes node carries. */
  public static Map<String, String> labels(Machine machine) {
    return Map.of(
        Api.NODE_GROUP_LABEL,
        label(machine.group().orElseThrow().name()),
        Api.NODE_LABEL,
        label(machine.name()));
  }

  /** Whether the Kubernetes node has its provider id and our labels. */
  static boolean complete(KubernetesNode node, Machine machine) {
    return node.providerId().isPresent()
        && node.labels().entrySet().containsAll(labels(machine).entrySet());
  }

  private static String label(String name) {
    return JobNames.shorten(name, 63);
  }
}
