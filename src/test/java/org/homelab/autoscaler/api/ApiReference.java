package org.homelab.autoscaler.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page with a table for each object of the CRDs; objects with the same fields share one. */
final class ApiReference {
  private final StringBuilder page = new StringBuilder();
  private final Map<JsonNode, List<String>> pathsByFields = new LinkedHashMap<>();

  static String page(Map<String, ObjectNode> definitions, String head) {
    ApiReference reference = new ApiReference();
    reference.page.append(head);
    definitions.forEach(
        (kind, crd) -> reference.collect(kind, CustomResourceDefinitions.schemaOf(crd)));
    definitions.forEach(reference::kind);
    return reference.page.toString();
  }

  private void collect(String path, JsonNode schema) {
    JsonNode object = object(schema);
    if (object.has("properties")) {
      pathsByFields.computeIfAbsent(fields(object), key -> new ArrayList<>()).add(path);
      properties(object).forEach((name, inner) -> collect(path + "." + name, inner));
    }
  }

  private void kind(String kind, ObjectNode crd) {
    JsonNode names = crd.at("/spec/names");
    line("");
    line("## " + kind);
    line("");
    JsonNode schema = CustomResourceDefinitions.schemaOf(crd);
    line(schema.required("description").asText());
    line(
        "`kubectl get %s` lists them in the columns %s."
            .formatted(
                names.at("/shortNames/0").asText(),
                crd.at("/spec/versions/0/additionalPrinterColumns")
                    .valueStream()
                    .map(column -> column.path("name").asText())
                    .collect(Collectors.joining(", "))));
    properties(schema).forEach((name, inner) -> section(kind + "." + name, inner));
  }

  private void section(String path, JsonNode schema) {
    JsonNode object = object(schema);
    if (!object.has("properties") || !home(object).equals(path)) {
      return;
    }
    line("");
    line("### " + path);
    line("");
    List<String> others =
        pathsByFields.get(fields(object)).stream()
            .filter(other -> !other.equals(path) && !isWithinTwinOf(parent(path), parent(other)))
            .toList();
    line(
        Stream.concat(
                Stream.of(
                    schema.path("description").asText(),
                    others.isEmpty() ? "" : "The same fields: " + String.join(", ", others) + "."),
                rules(object).stream())
            .filter(sentence -> !sentence.isEmpty())
            .collect(Collectors.joining(" ")));
    line("");
    line("| field | type | | meaning |");
    line("|---|---|---|---|");
    properties(object)
        .forEach(
            (name, inner) ->
                line(
                    "| `%s` | %s | %s | %s |"
                        .formatted(name, type(inner), presence(object, name), meaning(inner))));
    properties(object).forEach((name, inner) -> section(path + "." + name, inner));
  }

  private String type(JsonNode schema) {
    if (schema.has("enum")) {
      return schema
          .get("enum")
          .valueStream()
          .map(value -> "`" + value + "`")
          .collect(Collectors.joining(", "));
    }
    if (schema.has("items")) {
      return "list of " + type(schema.get("items"));
    }
    if (schema.has("additionalProperties")) {
      return "map of " + type(schema.get("additionalProperties"));
    }
    if (schema.has("properties")) {
      String home = home(schema);
      return "[object](#%s)".formatted(home.toLowerCase(Locale.ROOT).replace(".", ""));
    }
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return "quantity";
    }
    return schema.path("format").asText().equals("date-time")
        ? "time"
        : schema.required("type").asText();
  }

  private static String presence(JsonNode object, String name) {
    JsonNode value = object.at("/properties/" + name).path("default");
    boolean required =
        object.path("required").valueStream().anyMatch(wanted -> wanted.asText().equals(name));
    if (required) {
      return "required";
    }
    return value.isMissingNode() || value.isObject() ? "" : "`" + value.asText() + "`";
  }

  private static String meaning(JsonNode schema) {
    List<String> sentences = new ArrayList<>();
    sentences.add(schema.path("description").asText());
    if (schema.path("type").asText().equals("integer")) {
      sentences.add(bounds(schema));
    }
    List<JsonNode> checked = new ArrayList<>(List.of(schema));
    if (!schema.path("items").has("properties")) {
      checked.add(schema.path("items"));
    }
    checked.add(schema.path("additionalProperties"));
    checked.stream()
        .filter(part -> !part.has("properties"))
        .flatMap(part -> rules(part).stream())
        .forEach(sentences::add);
    return sentences.stream()
        .filter(sentence -> !sentence.isEmpty())
        .collect(Collectors.joining(" "))
        .replace("|", "\\|");
  }

  private static String bounds(JsonNode schema) {
    long least = schema.path("minimum").asLong();
    long most = schema.path("maximum").asLong(Integer.MAX_VALUE);
    if (most < Integer.MAX_VALUE) {
      return "From %d to %d.".formatted(least, most);
    }
    return least > 0 ? "At least %d.".formatted(least) : "";
  }

  private static List<String> rules(JsonNode schema) {
    return schema
        .path("x-kubernetes-validations")
        .valueStream()
        .map(
            rule ->
                rule.path("fieldPath").asText().replaceFirst("^[.](.+)", "$1: ")
                    + rule.path("message").asText())
        .map(rule -> Character.toUpperCase(rule.charAt(0)) + rule.substring(1) + ".")
        .toList();
  }

  private String home(JsonNode object) {
    return pathsByFields.get(fields(object)).get(0);
  }

  /** Whether what lies below the one path was told below the other. */
  private boolean isWithinTwinOf(String told, String path) {
    return pathsByFields.values().stream()
        .anyMatch(paths -> paths.contains(told) && paths.contains(path) && !told.equals(path));
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('.'));
  }

  private static JsonNode object(JsonNode schema) {
    return schema.path("items").isObject() ? schema.get("items") : schema;
  }

  /** What makes two objects the same: all but their descriptions. */
  private static JsonNode fields(JsonNode object) {
    ObjectNode fields = object.deepCopy();
    fields.remove(List.of("description", "default"));
    return fields;
  }

  private static SortedMap<String, JsonNode> properties(JsonNode object) {
    SortedMap<String, JsonNode> sorted = new TreeMap<>();
    object.path("properties").properties().forEach(p -> sorted.put(p.getKey(), p.getValue()));
    return sorted;
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
