package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.PowerWish;
import org.homelab.autoscaler.recipes.Catalogue;
import org.homelab.autoscaler.recipes.Definition;
import org.homelab.autoscaler.recipes.Plans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/recipes.md: each of its Nodes can be applied and switched as it stands. */
class RecipesDocumentTest {
  private static final Path DOCUMENT = Path.of("docs", "recipes.md");
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Catalogue CATALOGUE =
      Catalogue.read(List.of(Path.of("routes", "kamelets")), false);

  static Stream<Node> nodes() throws IOException {
    return YAML.matcher(Files.readString(DOCUMENT))
        .results()
        .flatMap(block -> Stream.of(block.group(1).split("\n---\n")))
        .filter(text -> text.contains("kind: Node"))
        .map(text -> Serialization.unmarshal(text, Node.class));
  }

  @ParameterizedTest
  @MethodSource("nodes")
  void itsNodesAreComplete(Node node) {
    node.getMetadata().setNamespace("lab");
    Declared read = NodeReader.read(node);
    assertThat(read.invalid()).isEmpty();
    PowerPlan plan = new Plans(CATALOGUE).plan(read.spec().power(), PowerWish.NONE);
    assertThat(plan.first().name()).isEqualTo(node.getSpec().power().recipe());
  }

  @Test
  void everyRecipeHasASectionAndThoseThatSwitchBothWaysANode() throws IOException {
    String text = Files.readString(DOCUMENT);
    Set<String> shown = new TreeSet<>();
    nodes().forEach(node -> shown.add(node.getSpec().power().recipe()));
    for (Definition recipe : CATALOGUE.all()) {
      if (!recipe.name().equals("job")) {
        assertThat(text).contains("\n## " + recipe.name() + "\n");
        if (recipe.on().isPresent() && recipe.off().isPresent()) {
          assertThat(shown).contains(recipe.name());
        }
      }
    }
  }
}
