package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A recipe's file is a Kamelet that Camel can load, and its own documentation. */
class KameletFilesTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}:?]+)[^}]*}}");

  static Stream<Path> kamelets() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("routes", "kamelets"))) {
      return files
          .filter(file -> file.toString().endsWith(".kamelet.yaml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void itIsCalledAsItsFileAndEndsWithWhatItDoes(Path file) throws IOException {
    JsonNode kamelet = YAML.readTree(file.toFile());
    assertThat(kamelet.path("apiVersion").asText()).isEqualTo("camel.apache.org/v1");
    assertThat(kamelet.path("kind").asText()).isEqualTo("Kamelet");
    JsonNode metadata = kamelet.path("metadata");
    assertThat(file.getFileName()).hasToString(metadata.path("name").asText() + ".kamelet.yaml");
    assertThat(metadata.path("name").asText()).matches("[a-z]+(-[a-z]+)*-(on|off|probe|cycle)");
    assertThat(metadata.path("labels").path("camel.apache.org/kamelet.type").asText())
        .isEqualTo("action");
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void itSaysWhatItIsAndWhatItCanBeTold(Path file) throws IOException {
    JsonNode definition = definition(file);
    assertThat(definition.path("title").asText()).isNotBlank();
    assertThat(definition.path("description").asText()).endsWith(".");
    assertThat(definition.path("type").asText()).isEqualTo("object");
    for (Map.Entry<String, JsonNode> property : definition.path("properties").properties()) {
      JsonNode says = property.getValue();
      assertThat(says.path("title").asText()).as(property.getKey()).isNotBlank();
      assertThat(says.path("description").asText()).as(property.getKey()).endsWith(".");
      assertThat(Set.of("string", "integer", "number", "boolean"))
          .as(property.getKey())
          .contains(says.path("type").asText());
      boolean secret = says.path("format").asText().equals("password");
      assertThat(says.has("default") || secret || required(definition).contains(property.getKey()))
          .as(property.getKey() + " has a default, is required or is a secret")
          .isTrue();
      assertThat(secret && says.has("default")).as(property.getKey() + " is published").isFalse();
      assertThat(fits(says.path("default"), says.path("type").asText()))
          .as(property.getKey() + "'s default is of its type")
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void whatItUsesItCanBeTold(Path file) throws IOException {
    Set<String> declared = new TreeSet<>();
    definition(file).path("properties").fieldNames().forEachRemaining(declared::add);
    Set<String> used =
        PLACEHOLDER
            .matcher(YAML.readTree(file.toFile()).path("spec").path("template").toString())
            .results()
            .map(placeholder -> placeholder.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(declared).containsAll(used);
    assertThat(declared).containsAll(required(definition(file)));
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void itsTemplateIsARouteThatCamelsSchemaAllows(Path file) throws IOException {
    JsonNode template = YAML.readTree(file.toFile()).path("spec").path("template");
    assertThat(template.path("from").path("uri").asText()).isEqualTo("kamelet:source");
    ObjectNode element = YAML.createObjectNode();
    element.set("route", template);
    assertThat(CamelSchema.complaints(YAML.createArrayNode().add(element))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void itsPartsCanBeToldTheSame(Path file) throws IOException {
    for (String part : List.of("on", "off", "probe", "cycle")) {
      Path other =
          file.resolveSibling(
              file.getFileName()
                  .toString()
                  .replaceFirst("-(on|off|probe|cycle)[.]", "-" + part + "."));
      if (Files.exists(other)) {
        assertThat(definition(other).path("properties"))
            .as(other.toString())
            .isEqualTo(definition(file).path("properties"));
        assertThat(required(definition(other))).isEqualTo(required(definition(file)));
      }
    }
  }

  /** A value in the URI of an endpoint could add options to it, and would be seen in JMX. */
  @ParameterizedTest
  @MethodSource("kamelets")
  void noValueGetsIntoAnAddress(Path file) throws IOException {
    JsonNode template = YAML.readTree(file.toFile()).path("spec").path("template");
    assertThat(template.findValuesAsText("uri"))
        .allSatisfy(uri -> assertThat(uri).doesNotContain("{{", "${"));
    assertThat(template.toString()).doesNotContain("toD");
  }

  private static JsonNode definition(Path file) throws IOException {
    return YAML.readTree(file.toFile()).path("spec").path("definition");
  }

  private static Set<String> required(JsonNode definition) {
    Set<String> names = new TreeSet<>();
    definition.path("required").forEach(name -> names.add(name.asText()));
    return names;
  }

  private static boolean fits(JsonNode value, String type) {
    return switch (type) {
      case "integer" -> value.isMissingNode() || value.isIntegralNumber();
      case "number" -> value.isMissingNode() || value.isNumber();
      case "boolean" -> value.isMissingNode() || value.isBoolean();
      default -> value.isMissingNode() || value.isTextual();
    };
  }
}
