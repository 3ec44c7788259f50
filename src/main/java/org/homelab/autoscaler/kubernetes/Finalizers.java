package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Api;

/** Puts our finalizer on a Node or Group and takes it off, provided that nobody changed it. */
final class Finalizers {
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;

  Finalizers(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Puts it on. An owner reference to a Group goes: a Group's members outlive it, and a machine may
   * move to another one.
   *
   * @return the resource as it is now
   * @throws StaleLook if it has changed meanwhile or is gone
   */
  <T extends HasMetadata> T put(T seen) {
    List<String> finalizers =
        Stream.concat(
                Meta.orEmpty(seen.getMetadata().getFinalizers()).stream(), Stream.of(Api.FINALIZER))
            .distinct()
            .toList();
    var metadata = new HashMap<String, Object>();
    metadata.put("resourceVersion", Meta.revision(seen));
    metadata.put("finalizers", finalizers);
    List<OwnerReference> owners = Meta.orEmpty(seen.getMetadata().getOwnerReferences());
    List<OwnerReference> others = owners.stream().filter(owner -> !group(owner)).toList();
    if (others.size() < owners.size()) {
      metadata.put("ownerReferences", others);
    }
    return patch(seen, metadata).orElseThrow(() -> new StaleLook(Meta.key(seen) + " is gone"));
  }

  /**
   * Takes it off.
   *
   * @return the resource as it is now; nothing if it is gone
   * @throws StaleLook if it has changed meanwhile
   */
  <T extends HasMetadata> Optional<T> remove(T seen) {
    List<String> others =
        Meta.orEmpty(seen.getMetadata().getFinalizers()).stream()
            .filter(finalizer -> !finalizer.equals(Api.FINALIZER))
            .toList();
    return patch(seen, Map.of("resourceVersion", Meta.revision(seen), "finalizers", others));
  }

  private static boolean group(OwnerReference owner) {
    return "Group".equals(owner.getKind())
        && Meta.text(owner.getApiVersion()).startsWith(Api.GROUP + "/");
  }

  private <T extends HasMetadata> Optional<T> patch(T seen, Map<String, Object> metadata) {
    try {
      return Optional.ofNullable(
          client
              .resource(seen)
              .patch(
                  PatchContext.of(PatchType.JSON_MERGE),
                  client.getKubernetesSerialization().asJson(Map.of("metadata", metadata))));
    } catch (KubernetesClientException refused) {
      return switch (refused.getCode()) {
        case HttpURLConnection.HTTP_NOT_FOUND -> Optional.empty();
        // 422: it began to be deleted meanwhile, and no finalizer may come then.
        case HttpURLConnection.HTTP_CONFLICT, UNPROCESSABLE ->
            throw new StaleLook(Meta.key(seen) + " has changed since it was looked at");
        default -> throw refused;
      };
    }
  }
}
