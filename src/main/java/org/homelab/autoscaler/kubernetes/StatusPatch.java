package org.homelab.autoscaler.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * Writes what has changed in a status, provided that the resource is still at its revision. Only
 * the differences, so that what a newer version of ours keeps in fields that we do not know stays.
 */
final class StatusPatch {
  private StatusPatch() {}

  /**
   * Makes the status of that resource this one; 409 if it has changed meanwhile.
   *
   * @param empty a resource of that kind, because the client would copy one that says everything
   * @return the resource as it is now
   */
  static <S, T extends CustomResource<?, S>> T write(
      KubernetesClient client, T empty, T seen, S status) {
    KubernetesSerialization json = client.getKubernetesSerialization();
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("metadata").put("resourceVersion", Meta.revision(seen));
    patch.set("status", differences(tree(json, seen.getStatus()), tree(json, status)));
    empty.getMetadata().setNamespace(Meta.key(seen).namespace());
    empty.getMetadata().setName(Meta.key(seen).name());
    return client
        .resource(empty)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
  }

  private static JsonNode tree(KubernetesSerialization json, Object status) {
    return status == null
        ? JsonNodeFactory.instance.objectNode()
        : json.convertValue(status, JsonNode.class);
  }

  /** The merge patch that makes the one the other: null takes a field away, lists are replaced. */
  static JsonNode differences(JsonNode before, JsonNode after) {
    if (!before.isObject() || !after.isObject()) {
      return after;
    }
    ObjectNode changes = JsonNodeFactory.instance.objectNode();
    before
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!after.has(field)) {
                changes.putNull(field);
              }
            });
    after
        .properties()
        .forEach(
            field -> {
              JsonNode old = before.path(field.getKey());
              if (!field.getValue().equals(old)) {
                changes.set(field.getKey(), differences(old, field.getValue()));
              }
            });
    return changes;
  }
}
