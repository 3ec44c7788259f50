package org.homelab.autoscaler.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/**
 * The CRDs, made from the classes of this package and from {@code crd/schema.yaml}, which says what
 * annotations cannot.
 */
final class CustomResourceDefinitions {
  private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();
  private static final List<Class<? extends HasMetadata>> KINDS = List.of(Group.class, Node.class);

  private static final ObjectMapper YAML =
      new ObjectMapper(
              YAMLFactory.builder()
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                  .disable(YAMLGenerator.Feature.SPLIT_LINES)
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .build())
          .configure(JsonNodeFeature.WRITE_PROPERTIES_SORTED, true);

  /** The CRDs as they are installed, by kind. */
  static SortedMap<String, ObjectNode> complete() {
    SortedMap<String, ObjectNode> definitions = fromClasses();
    definitions.forEach((kind, crd) -> SchemaAdditions.apply(additions(), kind, schemaOf(crd)));
    return definitions;
  }

  /** The CRDs as the classes alone make them, by kind. */
  static SortedMap<String, ObjectNode> fromClasses() {
    SortedMap<String, ObjectNode> definitions = new TreeMap<>();
    CRDPostProcessor collect =
        new CRDPostProcessor() {
          @Override
          public HasMetadata process(HasMetadata crd, String version) {
            ObjectNode tree = KUBERNETES.convertValue(crd, ObjectNode.class);
            definitions.put(tree.at("/spec/names/kind").asText(), tree);
            return crd;
          }
        };
    new CRDGenerator()
        .customResourceClasses(List.copyOf(KINDS))
        .forCRDVersions("v1")
        .withPostProcessor(collect)
        .withOutput(new Nowhere())
        .generate();
    KINDS.forEach(kind -> orderColumns(kind, definitions.get(kind.getSimpleName())));
    return definitions;
  }

  /** The generator sorts the columns by path; a reader wants them as the class tells them. */
  private static void orderColumns(Class<? extends HasMetadata> kind, ObjectNode crd) {
    ArrayNode columns = (ArrayNode) crd.at("/spec/versions/0/additionalPrinterColumns");
    List<JsonNode> ordered =
        Stream.of(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
            .flatMap(
                wanted ->
                    columns
                        .valueStream()
                        .filter(column -> column.path("name").asText().equals(wanted.name())))
            .toList();
    columns.removeAll().addAll(ordered);
  }

  static JsonNode additions() {
    return read("/crd/schema.yaml");
  }

  static JsonNode read(String resource) {
    try (InputStream in = CustomResourceDefinitions.class.getResourceAsStream(resource)) {
      return KUBERNETES.convertValue(new Yaml().load(in), JsonNode.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode schemaOf(JsonNode crd) {
    return (ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema");
  }

  static String yaml(JsonNode tree) {
    try {
      return YAML.writeValueAsString(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The generator's own files are not wanted: they lack the additions. */
  private static final class Nowhere implements CRDGenerator.CRDOutput<OutputStream> {
    @Override
    public OutputStream outputFor(String name) {
      return OutputStream.nullOutputStream();
    }

    @Override
    public void close() {}
  }

  private CustomResourceDefinitions() {}
}
