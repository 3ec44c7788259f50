package org.homelab.autoscaler.testing;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Kubernetes nodes as a kubelet registers them, played by kwok. */
public final class KwokNodes {
  /** The label that lets kwok play a Kubernetes node; without it the node is dead. */
  public static final String PLAYED_LABEL = "type";

  /** Value of {@link #PLAYED_LABEL}. */
  public static final String PLAYED = "kwok";

  private static final Map<String, Quantity> SIZE =
      Map.of("cpu", new Quantity("8"), "memory", new Quantity("32Gi"), "pods", new Quantity("110"));

  private KwokNodes() {}

  /** A machine that has just registered and gets Ready after the delay. */
  public static Node booting(String name, Duration bootDelay, Optional<String> providerId) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels(PLAYED_LABEL, PLAYED)
        .addToLabels("kubernetes.io/hostname", name)
        .addToLabels("kubernetes.io/os", "linux")
        .addToLabels("kubernetes.io/arch", "amd64")
        .addToAnnotations("kwok.test/boot-delay", bootDelay.toMillis() + "ms")
        .endMetadata()
        .withNewSpec()
        .withProviderID(providerId.orElse(null))
        .endSpec()
        .withNewStatus()
        .withCapacity(SIZE)
        .withAllocatable(SIZE)
        .addNewCondition()
        .withType("Ready")
        .withStatus("False")
        .withReason("KubeletNotReady")
        .endCondition()
        .endStatus()
        .build();
  }

  /** A control-plane node that is always on and takes any pod. */
  public static Node alwaysOn() {
    return booting("always-on", Duration.ZERO, Optional.of("test://always-on"))
        .edit()
        .editMetadata()
        .addToLabels("node-role.kubernetes.io/control-plane", "")
        .endMetadata()
        .build();
  }

  /**
   * Status of the condition Ready of a Kubernetes node: True, False or Unknown; empty while there
   * is no such node.
   */
  public static String readiness(KubernetesClient client, String name) {
    return Optional.ofNullable(client.nodes().withName(name).get()).stream()
        .flatMap(node -> node.getStatus().getConditions().stream())
        .filter(condition -> "Ready".equals(condition.getType()))
        .map(condition -> condition.getStatus())
        .findFirst()
        .orElse("");
  }
}
