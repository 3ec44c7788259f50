package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What kind of a pod a pod is. */
final class PodKind {
  /** The annotation by which a pod tells the Cluster Autoscaler, and us, whether it may go. */
  static final String SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict";

  private static final String SAFE_VOLUMES =
      "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";

  private static final String CORDON_TAINT = "node.kubernetes.io/unschedulable";
  private static final Set<String> OVER = Set.of("Succeeded", "Failed");

  private PodKind() {}

  /**
   * Whether somebody would miss it: pods of DaemonSets and static pods live and die with a node.
   */
  static boolean missed(Pod pod) {
    return !ofDaemonSet(pod)
        && Meta.annotation(pod, "kubernetes.io/config.mirror").isEmpty()
        && !over(pod);
  }

  static boolean ofDaemonSet(Pod pod) {
    return owners(pod).map(OwnerReference::getKind).anyMatch("DaemonSet"::equals);
  }

  /** Whether it has done its work or failed for good. */
  static boolean over(Pod pod) {
    return pod.getStatus() != null && OVER.contains(Meta.text(pod.getStatus().getPhase()));
  }

  /** Whether no controller would bring it back. */
  static boolean unmanaged(Pod pod) {
    return owners(pod).noneMatch(owner -> Boolean.TRUE.equals(owner.getController()));
  }

  /** Whether it is the pod of a Job that switches a machine. */
  static boolean switchesAMachine(Pod pod) {
    return Meta.label(pod, JobLabels.APP).filter(JobLabels.APP_NAME::equals).isPresent()
        && Meta.label(pod, JobLabels.TYPE).isPresent();
  }

  /** What the pod says of itself; empty if it says nothing. */
  static Optional<Boolean> safeToEvict(Pod pod) {
    return Meta.annotation(pod, SAFE_TO_EVICT).flatMap(PodKind::yesOrNo);
  }

  private static Optional<Boolean> yesOrNo(String text) {
    return switch (text) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /** An emptyDir volume on disk that would be lost and that the pod does not call safe to lose. */
  static Optional<String> localVolume(Pod pod) {
    Set<String> safe =
        Stream.of(Meta.annotation(pod, SAFE_VOLUMES).orElse("").split(","))
            .map(String::strip)
            .collect(Collectors.toSet());
    return Meta.orEmpty(pod.getSpec().getVolumes()).stream()
        .filter(volume -> volume.getEmptyDir() != null)
        .filter(volume -> !"Memory".equals(volume.getEmptyDir().getMedium()))
        .map(Volume::getName)
        .filter(name -> !safe.contains(name))
        .findFirst();
  }

  /** Whether the scheduler may bind it to a cordoned Kubernetes node. */
  static boolean toleratesACordon(Pod pod) {
    return Meta.orEmpty(pod.getSpec().getTolerations()).stream().anyMatch(PodKind::ofACordon);
  }

  private static boolean ofACordon(Toleration toleration) {
    boolean key =
        Meta.present(toleration.getKey())
            .map(CORDON_TAINT::equals)
            .orElse("Exists".equals(toleration.getOperator()));
    boolean effect = Meta.present(toleration.getEffect()).map("NoSchedule"::equals).orElse(true);
    return key && effect;
  }

  private static Stream<OwnerReference> owners(Pod pod) {
    return Meta.orEmpty(pod.getMetadata().getOwnerReferences()).stream();
  }
}
