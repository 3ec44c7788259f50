package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.homelab.autoscaler.fleet.Machine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which volumes are attached to a machine. Always a live look. */
final class Volumes {
  private static final Logger LOG = LoggerFactory.getLogger("drain");

  private final KubernetesClient client;
  private final AtomicBoolean told = new AtomicBoolean();

  Volumes(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Number of volumes attached to the machine's Kubernetes node. Who may not see them does not wait
   * for them: they are unmounted before a pod counts as gone.
   */
  int attached(Machine machine) {
    String node = machine.spec().kubernetesNodeName();
    try {
      return (int)
          client.storage().v1().volumeAttachments().list().getItems().stream()
              .filter(volume -> volume.getSpec() != null)
              .filter(volume -> node.equals(volume.getSpec().getNodeName()))
              .count();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw refused;
      }
      if (!told.getAndSet(true)) {
        LOG.warn(
            "volumes are not waited for: allow the operator to list"
                + " volumeattachments.storage.k8s.io");
      }
      return 0;
    }
  }
}
