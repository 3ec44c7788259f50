package org.homelab.autoscaler.recipes;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * One thing that a recipe can be told: a property of its Kamelets.
 *
 * @param type string, integer, number or boolean
 * @param fallback the value where nobody says otherwise; empty for a required one and for a secret
 * @param secret whether its value comes from a Secret and is shown nowhere
 */
public record Parameter(
    String name,
    String title,
    String description,
    String type,
    Optional<String> fallback,
    List<String> choices,
    Optional<String> pattern,
    Optional<BigDecimal> minimum,
    Optional<BigDecimal> maximum,
    boolean required,
    boolean secret) {
  public Parameter {
    choices = List.copyOf(choices);
  }

  static Parameter of(String name, JsonNode says, boolean required) {
    return new Parameter(
        name,
        says.path("title").asText(name),
        says.path("description").asText(),
        says.path("type").asText("string"),
        says.has("default") ? Optional.of(says.path("default").asText()) : Optional.empty(),
        StreamSupport.stream(says.path("enum").spliterator(), false).map(JsonNode::asText).toList(),
        Optional.ofNullable(says.path("pattern").textValue()),
        number(says.path("minimum")),
        number(says.path("maximum")),
        required,
        says.path("format").asText().equals("password"));
  }

  private static Optional<BigDecimal> number(JsonNode value) {
    return value.isNumber() ? Optional.of(value.decimalValue()) : Optional.empty();
  }

  /** What is wrong with a value and what to write instead; empty if nothing is. */
  Optional<String> complaint(String value) {
    if (!choices.isEmpty()) {
      return choices.contains(value)
          ? Optional.empty()
          : Optional.of("write one of " + String.join(", ", choices));
    }
    Optional<String> wrong =
        switch (type) {
          case "integer" -> outside(value, true);
          case "number" -> outside(value, false);
          case "boolean" ->
              value.equals("true") || value.equals("false")
                  ? Optional.empty()
                  : Optional.of("write true or false");
          default -> Optional.empty();
        };
    return wrong.or(
        () ->
            pattern
                .filter(shape -> !value.matches(shape))
                .map(shape -> "write " + lowered(description)));
  }

  private Optional<String> outside(String value, boolean whole) {
    try {
      var given = new BigDecimal(value);
      boolean fits =
          (!whole || value.matches("-?[0-9]{1,9}"))
              && minimum.map(least -> given.compareTo(least) >= 0).orElse(true)
              && maximum.map(most -> given.compareTo(most) <= 0).orElse(true);
      return fits ? Optional.empty() : Optional.of(range(whole));
    } catch (NumberFormatException none) {
      return Optional.of(range(whole));
    }
  }

  private String range(boolean whole) {
    return "write a %s%s%s"
        .formatted(
            whole ? "whole number" : "number",
            minimum.map(least -> " from " + least.toPlainString()).orElse(""),
            maximum.map(most -> " to " + most.toPlainString()).orElse(""));
  }

  /** Its description as the rest of a sentence. */
  String lowered() {
    return lowered(description);
  }

  private static String lowered(String sentence) {
    String bare = sentence.replaceFirst("[.]$", "");
    boolean word = bare.length() > 1 && Character.isLowerCase(bare.charAt(1));
    return word ? Character.toLowerCase(bare.charAt(0)) + bare.substring(1) : bare;
  }
}
