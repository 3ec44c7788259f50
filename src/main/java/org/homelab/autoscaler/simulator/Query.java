package org.homelab.autoscaler.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The query of a request: which objects it is about and how it wants to be told. */
final class Query {
  private static final Pattern COMMA_OUTSIDE_PARENTHESES = Pattern.compile(",(?![^(]*\\))");
  private static final Pattern SET =
      Pattern.compile("(?<key>\\S+)\\s+(?<operator>in|notin)\\s+\\((?<values>[^)]*)\\)");
  private static final Pattern EQUALITY =
      Pattern.compile("(?<key>[^=!\\s]+)\\s*(?<operator>!=|==|=)\\s*(?<value>\\S*)");

  private final Map<String, String> parameters;

  private Query(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /** Reads the part after the question mark. */
  static Query of(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : text.split("&")) {
      String[] sides = pair.split("=", 2);
      if (sides.length == 2) {
        parameters.put(decode(sides[0]), decode(sides[1]));
      }
    }
    return new Query(parameters);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  boolean flag(String name) {
    return parameter(name).filter(value -> value.equals("true") || value.equals("1")).isPresent();
  }

  /** Whether an object fits the label and field selectors. */
  Predicate<JsonNode> selects() {
    Predicate<JsonNode> all = object -> true;
    for (String term : terms("labelSelector")) {
      all = all.and(label(term));
    }
    for (String term : terms("fieldSelector")) {
      all = all.and(field(term));
    }
    return all;
  }

  private String[] terms(String selector) {
    return parameter(selector)
        .map(text -> COMMA_OUTSIDE_PARENTHESES.split(text))
        .orElseGet(() -> new String[0]);
  }

  private static Predicate<JsonNode> label(String term) {
    String trimmed = term.trim();
    Matcher set = SET.matcher(trimmed);
    if (set.matches()) {
      var values = Arrays.stream(set.group("values").split(",")).map(String::trim).toList();
      boolean in = set.group("operator").equals("in");
      return object -> label(object, set.group("key")).filter(values::contains).isPresent() == in;
    }
    Matcher equality = EQUALITY.matcher(trimmed);
    if (equality.matches()) {
      boolean equal = !equality.group("operator").equals("!=");
      String value = equality.group("value");
      return object ->
          label(object, equality.group("key")).filter(value::equals).isPresent() == equal;
    }
    return trimmed.startsWith("!")
        ? object -> label(object, trimmed.substring(1)).isEmpty()
        : object -> label(object, trimmed).isPresent();
  }

  private static Optional<String> label(JsonNode object, String key) {
    return Optional.ofNullable(object.path("metadata").path("labels").get(key))
        .map(JsonNode::asText);
  }

  private static Predicate<JsonNode> field(String term) {
    Matcher equality = EQUALITY.matcher(term.trim());
    if (!equality.matches()) {
      throw new Refusal(400, "BadRequest", "cannot read field selector " + term);
    }
    boolean equal = !equality.group("operator").equals("!=");
    String pointer = "/" + equality.group("key").replace('.', '/');
    return object -> object.at(pointer).asText("").equals(equality.group("value")) == equal;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
