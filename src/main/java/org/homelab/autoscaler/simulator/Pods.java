package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/** What the simulation wants to know of a pod. */
final class Pods {
  /** Annotation with the simulated seconds after which a pod has done its work. */
  static final String RUNS_FOR = "simulate/runs-for";

  private static final List<String> FINISHED = List.of("Succeeded", "Failed");

  private Pods() {}

  static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  /** The Kubernetes node it is bound to. */
  static Optional<String> node(Pod pod) {
    return Optional.ofNullable(pod.getSpec().getNodeName()).filter(name -> !name.isEmpty());
  }

  static boolean finished(Pod pod) {
    return pod.getStatus() != null && FINISHED.contains(pod.getStatus().getPhase());
  }

  static boolean going(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  static boolean running(Pod pod) {
    return pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase());
  }

  static boolean ownedBy(Pod pod, String kind) {
    List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
    return owners.stream().anyMatch(owner -> owner.getKind().equals(kind));
  }

  /** Whether a drain has to see it off: neither a DaemonSet's, nor the kubelet's own, nor done. */
  static boolean evictable(Pod pod) {
    return !ownedBy(pod, "DaemonSet")
        && !pod.getMetadata().getAnnotations().containsKey("kubernetes.io/config.mirror")
        && !finished(pod);
  }
}
