package org.homelab.autoscaler.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Kubernetes objects as trees. */
final class Json {
  private static final ObjectMapper TREES = new ObjectMapper();
  private static final KubernetesSerialization TYPES = new KubernetesSerialization();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static JsonNode tree(String json) {
    try {
      return TREES.readTree(json);
    } catch (JsonProcessingException malformed) {
      throw new Refusal(400, "BadRequest", malformed.getOriginalMessage());
    }
  }

  static <T> T as(JsonNode tree, Class<T> type) {
    return TYPES.convertValue(tree, type);
  }

  static String text(Object value) {
    return TYPES.asJson(value);
  }
}
