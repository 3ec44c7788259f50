package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.recipes.Secrets;

/**
 * Secrets of the operator's own namespace, read one by one when they are needed and not kept. Asks
 * for no more than the permission to get those that Nodes and Groups name.
 */
public final class ClusterSecrets implements Secrets {
  private static final int FORBIDDEN = 403;

  private final KubernetesClient client;
  private final String namespace;

  /** The Secrets of that namespace. */
  public ClusterSecrets(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  @Override
  public Map<String, String> read(String name) {
    Secret secret = get(name);
    if (secret == null) {
      throw new RecipeFailure.NotTaken(
          "Secret %s/%s is missing: create it in the operator's namespace, or fix spec.power.secretRef"
              .formatted(namespace, name));
    }
    var entries = new HashMap<String, String>();
    Meta.orEmpty(secret.getData())
        .forEach(
            (key, value) ->
                entries.put(
                    key,
                    new String(Base64.getMimeDecoder().decode(value), StandardCharsets.UTF_8)));
    return entries;
  }

  private Secret get(String name) {
    try {
      return client.secrets().inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException refused) {
      throw new RecipeFailure.NotTaken(
          refused.getCode() == FORBIDDEN
              ? "Secret %s/%s: the operator may not read it; add it to resourceNames of its Role"
                  .formatted(namespace, name)
              : "Secret %s/%s: the API server did not give it, code %d"
                  .formatted(namespace, name, refused.getCode()));
    }
  }
}
