package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;

/**
 * Replaces a status as a whole, provided that the resource is still at its revision. A JSON patch,
 * because simulate mode's API server checks the revision of a patch but not that of a PUT.
 */
final class StatusPatch {
  private StatusPatch() {}

  /**
   * Replaces the status of that resource; 409 if it has changed meanwhile.
   *
   * @return the resource as it is now
   */
  static <T extends HasMetadata> T replace(KubernetesClient client, T seen, Object status) {
    List<Map<String, Object>> patch =
        List.of(
            Map.of(
                "op", "replace", "path", "/metadata/resourceVersion", "value", Meta.revision(seen)),
            Map.of("op", "add", "path", "/status", "value", status));
    return client
        .resource(seen)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON), client.getKubernetesSerialization().asJson(patch));
  }
}
