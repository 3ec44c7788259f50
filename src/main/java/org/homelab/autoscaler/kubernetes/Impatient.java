package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;

/**
 * A client that asks once and takes no for an answer, for those who have somebody waiting or try
 * again anyhow. The usual one repeats whatever was answered with 429 or 5xx, for minutes.
 */
final class Impatient {
  private static final Duration LONGEST = Duration.ofSeconds(4);

  private Impatient() {}

  /** The same client, impatient; lives and ends with it. */
  static KubernetesClient of(KubernetesClient client) {
    RequestConfig once =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestRetryBackoffLimit(0)
            .withRequestTimeout((int) LONGEST.toMillis())
            .build();
    return client
        .adapt(NamespacedKubernetesClient.class)
        .withRequestConfig(once)
        .call(impatient -> impatient);
  }
}
