package org.homelab.autoscaler.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts {@code crd/schema.yaml} on top of what the generator made of the classes. */
final class SchemaAdditions {
  static void apply(JsonNode additions, String kind, ObjectNode schema) {
    schema.put("description", additions.required("descriptions").required(kind).asText());
    properties(schema).forEach(property -> mergeByName(additions.required("named"), property));
    additions
        .required("fields")
        .path(kind)
        .properties()
        .forEach(field -> merge(at(schema, field.getKey()), field.getValue()));
    tidy(schema);
  }

  private static void mergeByName(JsonNode named, Map.Entry<String, JsonNode> property) {
    ObjectNode schema = (ObjectNode) property.getValue();
    JsonNode addition = named.path(property.getKey());
    // What an addition describes it describes whole.
    List.of("items", "properties", "additionalProperties").stream()
        .filter(addition::has)
        .forEach(schema::remove);
    merge(schema, addition);
    if (!addition.has("items") && !addition.has("properties")) {
      properties(schema).forEach(inner -> mergeByName(named, inner));
    }
  }

  /** The properties of an object, or of the objects in an array. */
  static Set<Map.Entry<String, JsonNode>> properties(JsonNode schema) {
    JsonNode object = schema.path("items").isObject() ? schema.get("items") : schema;
    return new LinkedHashSet<>(object.path("properties").properties());
  }

  /** The schema at a path such as {@code spec.volumes.name}; the root for the empty path. */
  private static ObjectNode at(ObjectNode schema, String path) {
    JsonNode found = schema;
    for (String name : path.isEmpty() ? new String[0] : path.split("[.]", -1)) {
      JsonNode object = found.path("items").isObject() ? found.get("items") : found;
      found = object.required("properties").required(name);
    }
    return (ObjectNode) found;
  }

  private static void merge(ObjectNode into, JsonNode addition) {
    addition
        .properties()
        .forEach(
            entry -> {
              if (into.get(entry.getKey()) instanceof ObjectNode object
                  && entry.getValue().isObject()) {
                merge(object, entry.getValue());
              } else {
                into.set(entry.getKey(), entry.getValue().deepCopy());
              }
            });
  }

  private static void tidy(JsonNode schema) {
    schema.forEach(SchemaAdditions::tidy);
    if (!(schema instanceof ObjectNode object)) {
      return;
    }
    // An integer that Java could not hold must not get past the API server.
    if (object.path("type").asText().equals("integer") && !object.has("format")) {
      object.put("format", "int32");
      if (!object.has("maximum")) {
        object.put("maximum", Integer.MAX_VALUE);
      }
    }
    for (String bound : List.of("minimum", "maximum")) {
      if (object.path(bound).isDouble()) {
        object.put(bound, object.get(bound).longValue());
      }
    }
    // The generator sees the annotation of a record component twice, on its field and its accessor.
    if (object.get("x-kubernetes-validations") instanceof ArrayNode rules) {
      Set<JsonNode> distinct = new LinkedHashSet<>(rules.valueStream().toList());
      rules.removeAll().addAll(distinct);
    }
  }

  private SchemaAdditions() {}
}
