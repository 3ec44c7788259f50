package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Amounts;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;

/** Which pods must leave a machine before its power goes. Always a live look. */
final class Pods {
  /** How late a pod may be on a machine whose kubelet is silent before it counts as gone. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long a kubelet must have been silent before nobody is left to say that a pod went. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final KubernetesClient client;
  private final Clock clock;

  Pods(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The pods on the machine that have yet to go, by namespace and name. */
  List<Resident> remaining(Machine machine, DrainPolicy policy) {
    Instant now = clock.instant();
    var fates = new PodFates(policy, machine.status().operation(), now);
    return on(machine)
        .filter(PodKind::missed)
        .filter(pod -> !lost(pod, machine, now))
        .map(pod -> fates.of(pod))
        .sorted(Comparator.comparing(resident -> Meta.key(resident.pod())))
        .toList();
  }

  /** The pods of DaemonSets on the machine that are not going. */
  List<Pod> ofDaemonSets(Machine machine) {
    return on(machine)
        .filter(PodKind::ofDaemonSet)
        .filter(pod -> !PodKind.over(pod) && !Meta.deleting(pod))
        .toList();
  }

  private Stream<Pod> on(Machine machine) {
    String node = machine.spec().kubernetesNodeName();
    return client
        .pods()
        .inAnyNamespace()
        .withField("spec.nodeName", node)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getSpec() != null && node.equals(pod.getSpec().getNodeName()));
  }

  /**
   * Whether it was asked to go, its time is up, and nobody is left to say that it went: its
   * deletion timestamp is when its grace period ends.
   */
  private static boolean lost(Pod pod, Machine machine, Instant now) {
    boolean late =
        Amounts.time(pod.getMetadata().getDeletionTimestamp())
            .filter(end -> now.isAfter(end.plus(PATIENCE)))
            .isPresent();
    return late && silent(machine, now);
  }

  /** Whether the machine's kubelet has not been heard of for so long that it counts as gone. */
  static boolean silent(Machine machine, Instant now) {
    return !machine.nodeReady()
        && machine
            .node()
            .map(KubernetesNode::readyChanged)
            .filter(since -> now.isBefore(since.plus(SILENCE)))
            .isEmpty();
  }
}
