package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A script without a cluster: nothing is run, and what to do is said. */
class ScriptTest extends RecipeTest {
  @ParameterizedTest
  @ValueSource(strings = {"on", "off"})
  void itRunsOnlyInACluster(String part) {
    Map<String, String> parameters = Map.of("image", "alpine:3", "configMap", "relay");
    assertThat(use("script", part, parameters, Map.of()).getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("ConfigMap relay")
        .hasMessageContaining("--dry-run");
  }
}
