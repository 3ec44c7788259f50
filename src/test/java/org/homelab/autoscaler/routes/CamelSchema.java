package org.homelab.autoscaler.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/** Camel's own schema of its YAML DSL. It is large, so it is read once. */
final class CamelSchema {
  private static final JsonSchema SCHEMA = read();

  private CamelSchema() {}

  /** What it has to say against a file's list of elements. */
  static Set<ValidationMessage> complaints(JsonNode elements) {
    return SCHEMA.validate(elements);
  }

  private static JsonSchema read() {
    try (var text = CamelSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(text);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
