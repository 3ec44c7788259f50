package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.homelab.autoscaler.fleet.ObjectKey;

/** Certificate authorities kept in Secrets under {@code ca.crt}, read once a minute at most. */
public final class Authorities {
  private static final String FIELD = "ca.crt";
  private static final Duration FRESH = Duration.ofMinutes(1);

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<ObjectKey, Kept> kept = new ConcurrentHashMap<>();

  private record Kept(Optional<String> pem, Instant until) {}

  /** The authorities of that cluster. */
  public Authorities(KubernetesClient client, Clock clock) {
    this.client = Impatient.of(client);
    this.clock = clock;
  }

  /** The PEM in that Secret; empty if there is none or it cannot be read. */
  public Optional<String> pem(String namespace, String secret) {
    Instant now = clock.instant();
    return kept.compute(
            new ObjectKey(namespace, secret),
            (key, before) ->
                before != null && now.isBefore(before.until())
                    ? before
                    : new Kept(read(key), now.plus(FRESH)))
        .pem();
  }

  private Optional<String> read(ObjectKey key) {
    try {
      Secret secret = client.secrets().inNamespace(key.namespace()).withName(key.name()).get();
      return Optional.ofNullable(secret)
          .map(Secret::getData)
          .map(data -> data.get(FIELD))
          .map(data -> new String(Base64.getDecoder().decode(data), StandardCharsets.US_ASCII));
    } catch (KubernetesClientException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }
}
