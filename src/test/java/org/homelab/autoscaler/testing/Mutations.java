package org.homelab.autoscaler.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Objects that are nearly good: some fields hold what their schema allows, or nearly allows. */
public final class Mutations {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final int DEEPEST = 5;
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "on",
          "off",
          "true",
          "-1",
          "0",
          "10m",
          "1h30m",
          "0s",
          "9999999h",
          "1e99",
          "0.5",
          "150%",
          "* * * * *",
          "0 0 0 1 1 ? 2020",
          "61 61 * * *",
          "Europe/Berlin",
          "Mars/Olympus",
          "http://{node}/",
          "https://[::1",
          "no such thing",
          "ünïcödé",
          "until=yesterday; broken",
          "a-name",
          "x".repeat(64));
  private static final List<String> ANNOTATIONS =
      List.of("hold", "release", "keep-on", "maintenance", "approve", "force-all-on");

  private final Random random;
  private final Map<String, JsonNode> schemas =
      Map.of("Group", schema("groups"), "Node", schema("nodes"));

  /** Mutations by that source of chance. */
  public Mutations(Random random) {
    this.random = random;
  }

  private static JsonNode schema(String plural) {
    try {
      return YAML.readTree(
              Path.of("kustomize/crd/" + plural + ".infra.homecluster.dev.yaml").toFile())
          .at("/spec/versions/0/schema/openAPIV3Schema");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An object of that kind with one to three fields that are not as they should be. */
  public GenericKubernetesResource mutant(String kind, String name) {
    ObjectNode object = good(kind, name);
    JsonNode spec = schemas.get(kind).at("/properties/spec");
    List<String> fields = new ArrayList<>();
    spec.path("properties").fieldNames().forEachRemaining(fields::add);
    for (int i = random.nextInt(3); i >= 0; i--) {
      String field = fields.get(random.nextInt(fields.size()));
      if (random.nextInt(8) == 0) {
        ((ObjectNode) object.get("spec")).remove(field);
      } else {
        ((ObjectNode) object.get("spec")).set(field, value(spec.at("/properties/" + field), 0));
      }
    }
    if (kind.equals("Node")) {
      misunderstand(object);
    }
    if (random.nextBoolean()) {
      String annotation = "homelab-autoscaler.dev/" + one(ANNOTATIONS);
      ((ObjectNode) object.get("metadata")).putObject("annotations").put(annotation, one(TEXTS));
    }
    return new KubernetesSerialization().convertValue(object, GenericKubernetesResource.class);
  }

  /** What a schema cannot see: who else is called so, which groups and recipes there are. */
  private void misunderstand(ObjectNode node) {
    ObjectNode spec = (ObjectNode) node.get("spec");
    switch (random.nextInt(10)) {
      case 0 -> spec.put("kubernetesNodeName", "shared");
      case 1 -> spec.put("providerID", "k3s://shared");
      case 2 -> ((ObjectNode) node.at("/metadata/labels")).put("group", "no-such-group");
      case 3 -> ((ObjectNode) node.get("metadata")).remove("labels");
      case 4 -> {
        spec.remove(List.of("startupPodSpec", "shutdownPodSpec"));
        spec.putObject("power").put("recipe", one(List.of("no-such-recipe", "wake-on-lan")));
      }
      default -> {}
    }
  }

  private static ObjectNode good(String kind, String name) {
    ObjectNode object = YAML.createObjectNode();
    object.put("apiVersion", "infra.homecluster.dev/v1alpha1").put("kind", kind);
    object.putObject("metadata").put("name", name);
    ObjectNode spec = object.putObject("spec");
    if (kind.equals("Node")) {
      ((ObjectNode) object.get("metadata")).putObject("labels").put("group", "rack");
      spec.put("powerState", "off").put("kubernetesNodeName", name);
      spec.putObject("startupPodSpec").put("image", "power:1");
      spec.putObject("shutdownPodSpec").put("image", "power:1");
    }
    return object;
  }

  private JsonNode value(JsonNode schema, int depth) {
    if (schema.has("enum") && random.nextInt(4) > 0) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
    }
    if (random.nextInt(25) == 0) {
      return YAML.getNodeFactory().textNode(one(TEXTS));
    }
    return switch (schema.path("type").asText()) {
      case "integer", "number" -> YAML.getNodeFactory().numberNode(number());
      case "boolean" -> YAML.getNodeFactory().booleanNode(random.nextBoolean());
      case "array" -> array(schema, depth);
      case "object" -> object(schema, depth);
      default -> YAML.getNodeFactory().textNode(one(TEXTS));
    };
  }

  private int number() {
    int[] numbers = {0, 1, 2, 5, 22, 200, -1, Integer.MAX_VALUE};
    return numbers[random.nextInt(numbers.length)];
  }

  private ArrayNode array(JsonNode schema, int depth) {
    ArrayNode array = YAML.createArrayNode();
    for (int i = random.nextInt(3); i > 0 && depth < DEEPEST; i--) {
      array.add(value(schema.path("items"), depth + 1));
    }
    return array;
  }

  private ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = YAML.createObjectNode();
    if (schema.has("additionalProperties") && depth < DEEPEST) {
      object.set("a-key", value(schema.get("additionalProperties"), depth + 1));
    }
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              boolean wanted = required.contains(property.getKey()) || random.nextInt(3) == 0;
              if (wanted && depth < DEEPEST) {
                object.set(property.getKey(), value(property.getValue(), depth + 1));
              }
            });
    return object;
  }

  private <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
