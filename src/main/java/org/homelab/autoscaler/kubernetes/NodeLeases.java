package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Leases by which kubelets say that they live. Read only for a Kubernetes node that is not
 * Ready; one that cannot be read proves nothing.
 */
public final class NodeLeases {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLeases.class);
  private static final String NAMESPACE = "kube-node-lease";
  private static final int USUAL_SECONDS = 40;

  /** A kubelet that is told to stop renews once more; one that lives goes on renewing. */
  private static final Duration LAST_WORD = Duration.ofSeconds(15);

  private final KubernetesClient client;
  private final AtomicReference<String> told = new AtomicReference<>("");

  /** The Leases of that cluster. */
  public NodeLeases(KubernetesClient client) {
    this.client = Impatient.of(client);
  }

  /**
   * Whether the kubelet has renewed its Lease since the node became NotReady, and does so still.
   */
  public boolean renewed(KubernetesNode node, Instant now) {
    return read(node.name())
        .map(Lease::getSpec)
        .filter(spec -> spec.getRenewTime() != null)
        .filter(spec -> lives(spec, node.readyChanged(), now))
        .isPresent();
  }

  private static boolean lives(LeaseSpec spec, Instant notReady, Instant now) {
    Instant renewed = spec.getRenewTime().toInstant();
    int seconds =
        spec.getLeaseDurationSeconds() == null ? USUAL_SECONDS : spec.getLeaseDurationSeconds();
    return renewed.isAfter(notReady.plus(LAST_WORD)) && now.isBefore(renewed.plusSeconds(seconds));
  }

  private Optional<Lease> read(String name) {
    try {
      Lease lease = client.leases().inNamespace(NAMESPACE).withName(name).get();
      told.set("");
      return Optional.ofNullable(lease);
    } catch (KubernetesClientException refused) {
      String why = refused.getCode() == 0 ? "no answer" : "status " + refused.getCode();
      if (!why.equals(told.getAndSet(why))) {
        LOG.warn(
            "Leases in {} cannot be read ({}): a kubelet that lives is not told from a machine that"
                + " is off; allow the operator to get leases there",
            NAMESPACE,
            why);
      }
      return Optional.empty();
    }
  }
}
