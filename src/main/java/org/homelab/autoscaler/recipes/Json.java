package org.homelab.autoscaler.recipes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.StreamSupport;

/** Reads what devices say; what is no JSON says nothing. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Configuration PATHS =
      Configuration.builder()
          .jsonProvider(new JacksonJsonNodeJsonProvider())
          .mappingProvider(new JacksonMappingProvider())
          .build();

  private Json() {}

  static JsonNode read(String text) {
    try {
      JsonNode tree = MAPPER.readTree(text);
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (JsonProcessingException none) {
      return MissingNode.getInstance();
    }
  }

  /** What stands at a JSONPath; missing where nothing does, or where the path is none. */
  static JsonNode at(String text, String path) {
    try {
      JsonNode found = JsonPath.using(PATHS).parse(text).read(path, JsonNode.class);
      return found == null ? MissingNode.getInstance() : found;
    } catch (JsonPathException | IllegalArgumentException | NullPointerException nothing) {
      return MissingNode.getInstance();
    }
  }

  /** The same as text; the whole text, stripped, for an empty path; empty where nothing stands. */
  static String textAt(String text, String path) {
    return path.isEmpty() ? text.strip() : at(text, path).asText();
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  static OptionalDouble number(JsonNode value) {
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }
}
