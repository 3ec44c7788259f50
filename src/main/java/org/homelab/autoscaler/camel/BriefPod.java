package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.List;

/** Cuts a pod down to where it runs, who owns it, what it requests and its phase. */
final class BriefPod {
  private BriefPod() {}

  static void cut(Pod pod) {
    if (pod.getSpec() != null) {
      List<Container> containers =
          pod.getSpec().getContainers().stream().map(BriefPod::requesting).toList();
      pod.setSpec(
          new PodSpecBuilder()
              .withNodeName(pod.getSpec().getNodeName())
              .withContainers(containers)
              .build());
    }
    if (pod.getStatus() != null) {
      pod.setStatus(new PodStatusBuilder().withPhase(pod.getStatus().getPhase()).build());
    }
  }

  private static Container requesting(Container container) {
    return new ContainerBuilder()
        .withName(container.getName())
        .withResources(container.getResources())
        .build();
  }
}
