package org.homelab.autoscaler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomResourceDefinitionsTest {
  private static final String REFRESH =
      "mvn test -Dtest=CustomResourceDefinitionsTest -Dcrd.write=true";
  private static final String ORIGIN =
      "Generated from src/main/java/org/homelab/autoscaler/api and"
          + " src/test/resources/crd/schema.yaml by";
  private static final Map<String, ObjectNode> COMPLETE = CustomResourceDefinitions.complete();

  @ParameterizedTest
  @ValueSource(strings = {"Group", "Node"})
  void theCommittedDefinitionIsThatOfTheClasses(String kind) throws IOException {
    ObjectNode crd = COMPLETE.get(kind);
    Path file = Path.of(crd.at("/metadata/name").asText() + ".yaml");
    String yaml = "# " + ORIGIN + "\n# " + REFRESH + "\n" + CustomResourceDefinitions.yaml(crd);
    write(Path.of("target", "crd").resolve(file), yaml);
    assertCommitted(Path.of("kustomize", "crd").resolve(file), yaml);
  }

  @Test
  void theCommittedReferenceIsThatOfTheDefinitions() throws IOException {
    String head =
        """
        # Group and Node

        <!-- %s
             %s -->

        The fields of `%s/%s`. The third column says what is required and what holds when a field is
        left out. `kubectl explain hlg.spec` and `kubectl explain hln.spec` tell the same.
        """
            .formatted(ORIGIN, REFRESH, Api.GROUP, Api.VERSION);
    assertCommitted(Path.of("docs", "reference", "api.md"), ApiReference.page(COMPLETE, head));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Group", "Node"})
  void everyFieldIsDescribedInASentence(String kind) {
    forEachProperty(
        CustomResourceDefinitions.schemaOf(COMPLETE.get(kind)),
        "",
        (path, property) ->
            assertThat(property.path("description").asText())
                .as("description of %s%s", kind, path)
                .matches("[A-Z].+[.]"));
  }

  @Test
  void typesOfKubernetesAreThereWholeExceptWhatIsLeftOutOnPurpose() {
    JsonNode leftOut = CustomResourceDefinitions.additions().required("left-out");
    Map<String, ObjectNode> fromClasses = CustomResourceDefinitions.fromClasses();
    for (String kind : fromClasses.keySet()) {
      Set<String> missing = paths(fromClasses.get(kind));
      Set<String> invented = paths(COMPLETE.get(kind));
      missing.removeAll(paths(COMPLETE.get(kind)));
      invented.removeAll(paths(fromClasses.get(kind)));
      assertThat(invented).as("fields of %s that no class has", kind).isEmpty();
      assertThat(missing)
          .as("fields of %s that the schema has not", kind)
          .allMatch(path -> leftOut.propertyStream().anyMatch(out -> isIn(path, out.getKey())));
    }
  }

  @Test
  void theColumnsTellTheStateAtAGlance() {
    assertThat(columns("Node"))
        .containsExactly(
            "Desired", "Power", "Progress", "Group", "Kubernetes-Node", "Reason", "Age");
    assertThat(columns("Group")).containsExactly("Min", "Max", "Target", "Ready", "Health", "Age");
  }

  @Test
  void aNodeInheritsTheDeadlinesOfItsGroupUnlessItNamesItsOwn() {
    Map<String, String> defaults = new TreeMap<>();
    COMPLETE.forEach(
        (kind, crd) ->
            forEachProperty(
                CustomResourceDefinitions.schemaOf(crd),
                "",
                (path, property) -> {
                  if (path.startsWith(".spec.timeouts.") && property.has("default")) {
                    defaults.put(kind + path, property.get("default").asText());
                  }
                }));
    assertThat(defaults)
        .containsExactly(
            Map.entry("Group.spec.timeouts.drain", "5m"),
            Map.entry("Group.spec.timeouts.shutdown", "5m"));
  }

  private static boolean isIn(String path, String field) {
    return (path + ".").contains("." + field + ".");
  }

  private static Iterable<String> columns(String kind) {
    return COMPLETE
        .get(kind)
        .at("/spec/versions/0/additionalPrinterColumns")
        .valueStream()
        .map(column -> column.path("name").asText())
        .toList();
  }

  private static Set<String> paths(ObjectNode crd) {
    Set<String> paths = new TreeSet<>();
    forEachProperty(
        CustomResourceDefinitions.schemaOf(crd), "", (path, property) -> paths.add(path));
    return paths;
  }

  private static void forEachProperty(
      JsonNode schema, String path, BiConsumer<String, JsonNode> consumer) {
    SchemaAdditions.properties(schema)
        .forEach(
            property -> {
              String inner = path + "." + property.getKey();
              consumer.accept(inner, property.getValue());
              forEachProperty(property.getValue(), inner, consumer);
            });
  }

  private static void assertCommitted(Path file, String generated) throws IOException {
    if (Boolean.getBoolean("crd.write")) {
      write(file, generated);
    }
    assertThat(file).as("stale; refresh it with: %s", REFRESH).hasContent(generated);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
