package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.fleet.Machine;

/** Which pods must leave a machine before its power goes. Always a live look. */
final class Pods {
  /** How long a kubelet that is gone may be late before its pods count as gone too. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Set<String> OVER = Set.of("Succeeded", "Failed");

  private final KubernetesClient client;
  private final Clock clock;

  Pods(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The pods on the machine that have yet to go, by namespace and name. */
  List<Pod> remaining(Machine machine) {
    String node = machine.spec().kubernetesNodeName();
    Instant now = clock.instant();
    return client
        .pods()
        .inAnyNamespace()
        .withField("spec.nodeName", node)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getSpec() != null && node.equals(pod.getSpec().getNodeName()))
        .filter(Pods::mustGo)
        .filter(pod -> machine.nodeReady() || !overdue(pod, now))
        .sorted(Comparator.comparing(Meta::key))
        .toList();
  }

  /**
   * Whether somebody would miss it: pods of DaemonSets and static pods live and die with a node.
   */
  static boolean mustGo(Pod pod) {
    return !ofDaemonSet(pod)
        && Meta.annotation(pod, "kubernetes.io/config.mirror").isEmpty()
        && !OVER.contains(phase(pod));
  }

  private static boolean ofDaemonSet(Pod pod) {
    return Meta.orEmpty(pod.getMetadata().getOwnerReferences()).stream()
        .map(OwnerReference::getKind)
        .anyMatch("DaemonSet"::equals);
  }

  private static String phase(Pod pod) {
    return pod.getStatus() == null ? "" : Meta.text(pod.getStatus().getPhase());
  }

  /**
   * Its deletion timestamp is when its grace period ends, so nobody is left to say that it went.
   */
  private static boolean overdue(Pod pod, Instant now) {
    Optional<Instant> end = Meta.time(pod.getMetadata().getDeletionTimestamp());
    return end.filter(time -> now.isAfter(time.plus(PATIENCE))).isPresent();
  }
}
