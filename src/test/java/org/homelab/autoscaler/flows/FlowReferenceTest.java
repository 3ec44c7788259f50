package org.homelab.autoscaler.flows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.ExtensionPoint;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The message of flows: its schema is made from the record, and keeps its promise. */
class FlowReferenceTest {
  private static final Path SCHEMA = Path.of("docs", "reference", "flow-message.schema.json");
  private static final Path EXAMPLE = Path.of("docs", "reference", "flow-message.example.json");
  private static final Path TABLE = Path.of("docs", "reference", "flows.md");
  private static final Path PROMISED = Path.of("src/test/resources/flows/version-1.txt");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String BEGIN = "<!-- made from FlowMessage.java -->\n";

  @Test
  void theSchemaIsThatOfTheRecord() throws IOException {
    compare(SCHEMA, JSON.writeValueAsString(schema()) + "\n");
  }

  @Test
  void theTableIsThatOfTheRecord() throws IOException {
    String text = Files.readString(TABLE);
    var rows = new StringBuilder("\n| field | type | meaning |\n|---|---|---|\n");
    rows("$", FlowMessage.class, rows);
    compare(TABLE, text.substring(0, text.indexOf(BEGIN)) + BEGIN + rows);
  }

  @Test
  void theExampleIsWhatIsSent() throws IOException {
    String sent = Messages.json(message(ExtensionPoint.BEFORE_POWER_ON));
    compare(EXAMPLE, JSON.writeValueAsString(JSON.readTree(sent)) + "\n");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSentIsWhatTheSchemaSays(ExtensionPoint point) throws IOException {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema());
    JsonNode sent = JSON.readTree(Messages.json(message(point)));
    assertThat(schema.validate(sent)).isEmpty();
    ((ObjectNode) sent).remove("machine");
    assertThat(schema.validate(sent)).isNotEmpty();
  }

  /** Never take a line out of that file: flows of users rely on it. New fields are added to it. */
  @Test
  void noFieldOfVersionOneIsMissingOrOfAnotherType() throws IOException {
    var now = new StringBuilder();
    rows("$", FlowMessage.class, now);
    assertThat(FlowMessage.VERSION).isEqualTo(1);
    for (String promised : Files.readAllLines(PROMISED)) {
      assertThat(now.toString()).contains("| `" + promised.replace(" ", "` | ") + " |");
    }
    assertThat(now.toString().lines().count()).isEqualTo(Files.readAllLines(PROMISED).size());
  }

  private static FlowMessage message(ExtensionPoint point) {
    Instant now = Instant.parse("2026-03-01T12:00:00Z");
    Machine machine =
        new Machine(
            DeclaredBuilder.declared("atlas").group("rack").build(),
            Optional.of(new ObjectKey("lab", "rack")),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    var messages =
        new Messages(
            key ->
                Map.of(
                    "house.example/approve",
                    "7",
                    "kubectl.kubernetes.io/last-applied-configuration",
                    "{}"));
    PowerPolicy policy =
        PowerPolicy.of(machine, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD);
    return point == ExtensionPoint.OBSERVE
        ? messages.of(point, machine, now)
        : messages.of(
            point, new Step(machine, policy, new Decision.PowerOn(Reason.DESIRED_ON, 8), now));
  }

  private static ObjectNode schema() {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "What a flow at an extension point is told, as JSON");
    describe(schema, FlowMessage.class);
    ((ObjectNode) schema.path("properties").path("version")).put("const", FlowMessage.VERSION);
    var points = ((ObjectNode) schema.path("properties").path("point")).putArray("enum");
    Arrays.stream(ExtensionPoint.values()).map(ExtensionPoint::route).forEach(points::add);
    return schema;
  }

  private static void describe(ObjectNode into, Class<?> record) {
    into.put("type", "object");
    var required = into.putArray("required");
    ObjectNode properties = into.putObject("properties");
    for (RecordComponent component : record.getRecordComponents()) {
      ObjectNode property = properties.putObject(component.getName());
      property.put("description", meaning(component));
      if (component.getType().isRecord()) {
        describe(property, component.getType());
      } else {
        property.put("type", type(component));
        if (component.getType() == Map.class) {
          property.putObject("additionalProperties").put("type", "string");
        }
      }
      if (!component.getName().equals("cause")) {
        required.add(component.getName());
      }
    }
  }

  private static void rows(String path, Class<?> record, StringBuilder into) {
    for (RecordComponent component : record.getRecordComponents()) {
      String field = path + "." + component.getName();
      into.append("| `%s` | %s | %s |\n".formatted(field, type(component), meaning(component)));
      if (component.getType().isRecord()) {
        rows(field, component.getType(), into);
      }
    }
  }

  private static String type(RecordComponent component) {
    Class<?> type = component.getType();
    return type == int.class ? "integer" : type == String.class ? "string" : "object";
  }

  private static String meaning(RecordComponent component) {
    return component.getAccessor().getAnnotation(JsonPropertyDescription.class).value();
  }

  private static void compare(Path file, String generated) throws IOException {
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(file, generated);
    }
    assertThat(Files.readString(file))
        .as("refresh it with: mvn test -Dtest=FlowReferenceTest -Ddocs.write=true")
        .isEqualTo(generated);
  }
}
