package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import org.homelab.autoscaler.fleet.ObjectKey;

/** Asks for pods to leave in their own time, as disruption budgets allow. */
final class Evictions {
  private static final int TOO_MANY_REQUESTS = 429;

  private final KubernetesClient client;

  /** A refusal by a budget is an answer and not a fault of the server to be sat out. */
  Evictions(KubernetesClient client) {
    this.client = Impatient.of(client);
  }

  /**
   * Evicts a pod.
   *
   * @return why it may not go now; empty if it is going or gone
   */
  Optional<String> evict(Pod pod) {
    ObjectKey key = Meta.key(pod);
    String path = "/api/v1/namespaces/" + key.namespace() + "/pods/" + key.name() + "/eviction";
    try {
      client.raw(path, "POST", eviction(pod));
      return Optional.empty();
    } catch (KubernetesClientException refused) {
      return switch (refused.getCode()) {
        // 409: another pod has its name by now, or somebody wrote it first; the next round sees.
        case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT -> Optional.empty();
        case TOO_MANY_REQUESTS -> Optional.of(words(refused));
        default -> Optional.of(problem(refused));
      };
    }
  }

  private static String problem(KubernetesClientException refused) {
    if (refused.getCode() <= 0) {
      throw refused;
    }
    return "eviction failed with " + refused.getCode() + ": " + words(refused);
  }

  private static String words(KubernetesClientException refused) {
    Status status = refused.getStatus();
    if (status == null) {
      return Meta.text(refused.getMessage());
    }
    return Optional.ofNullable(status.getDetails()).stream()
        .flatMap(details -> Meta.orEmpty(details.getCauses()).stream())
        .filter(cause -> Meta.present(cause.getMessage()).isPresent())
        .map(Evictions::words)
        .findFirst()
        .orElseGet(() -> Meta.text(status.getMessage()));
  }

  private static String words(StatusCause cause) {
    return "DisruptionBudget".equals(cause.getReason())
        ? "PDB allows 0. " + cause.getMessage()
        : cause.getMessage();
  }

  private static Eviction eviction(Pod pod) {
    ObjectKey key = Meta.key(pod);
    return new EvictionBuilder()
        .withNewMetadata()
        .withName(key.name())
        .withNamespace(key.namespace())
        .endMetadata()
        .withDeleteOptions(
            new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(Meta.uid(pod))
                .endPreconditions()
                .build())
        .build();
  }
}
