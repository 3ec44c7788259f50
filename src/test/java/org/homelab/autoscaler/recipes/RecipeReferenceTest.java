package org.homelab.autoscaler.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference of recipes, as a table and as a JSON schema, is that of their files. */
class RecipeReferenceTest {
  private static final Path TABLE = Path.of("docs", "reference", "recipes.md");
  private static final Path SCHEMA = Path.of("docs", "reference", "recipes.schema.json");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final Catalogue CATALOGUE =
      Catalogue.read(List.of(Path.of("routes", "kamelets")), false);

  @Test
  void theTableIsThatOfTheFiles() throws IOException {
    var text = new StringBuilder();
    text.append("# Parameters of the recipes\n\n");
    text.append("Generated from routes/kamelets. How to use them: [recipes.md](../recipes.md).\n");
    for (Definition recipe : CATALOGUE.all()) {
      text.append("\n## ").append(recipe.name()).append("\n\n");
      text.append(recipe.description()).append(" Parts: ");
      text.append(String.join(", ", recipe.parts())).append(".\n\n");
      text.append("| parameter | type | | meaning |\n|---|---|---|---|\n");
      recipe.parameters().forEach(parameter -> text.append(row(parameter)));
    }
    compare(TABLE, text.toString());
  }

  private static String row(Parameter parameter) {
    String state =
        parameter.secret()
            ? parameter.required() ? "secret, required" : "secret"
            : parameter.required() ? "required" : "`" + parameter.fallback().orElse("") + "`";
    String type =
        parameter.choices().isEmpty() ? parameter.type() : String.join(", ", parameter.choices());
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            parameter.name(), type, state.equals("``") ? "" : state, parameter.description());
  }

  @Test
  void theSchemaIsThatOfTheFiles() throws IOException {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Parameters of each recipe, all written as text in spec.power.parameters");
    ObjectNode recipes = schema.putObject("$defs");
    for (Definition recipe : CATALOGUE.all()) {
      ObjectNode one = recipes.putObject(recipe.name());
      one.put("title", recipe.title()).put("description", recipe.description());
      one.put("type", "object").put("additionalProperties", false);
      var required = one.putArray("required");
      ObjectNode properties = one.putObject("properties");
      for (Parameter parameter : recipe.parameters()) {
        describe(properties.putObject(parameter.name()), parameter);
        if (parameter.required()) {
          required.add(parameter.name());
        }
      }
    }
    compare(SCHEMA, JSON.writeValueAsString(schema) + "\n");
  }

  private static void describe(ObjectNode into, Parameter parameter) {
    into.put("title", parameter.title()).put("description", parameter.description());
    into.put("type", parameter.type());
    if (parameter.secret()) {
      into.put("format", "password");
    }
    if (!parameter.choices().isEmpty()) {
      parameter.choices().forEach(into.withArray("enum")::add);
    }
    parameter.pattern().ifPresent(pattern -> into.put("pattern", pattern));
    parameter.minimum().ifPresent(least -> into.put("minimum", least));
    parameter.maximum().ifPresent(most -> into.put("maximum", most));
    parameter.fallback().ifPresent(value -> into.put("default", value));
  }

  private static void compare(Path file, String generated) throws IOException {
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(file, generated);
    }
    assertThat(Files.readString(file))
        .as("refresh it with: mvn test -Dtest=RecipeReferenceTest -Ddocs.write=true")
        .isEqualTo(generated);
  }
}
