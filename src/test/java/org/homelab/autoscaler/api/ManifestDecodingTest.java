package org.homelab.autoscaler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Manifests.Manifest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestDecodingTest {
  private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of("Group", Group.class, "Node", Node.class);

  static Stream<Manifest> valid() {
    return Manifests.valid();
  }

  @ParameterizedTest
  @MethodSource("valid")
  void theRecordsHoldAllThatAValidManifestSays(Manifest manifest) throws JsonProcessingException {
    HasMetadata resource =
        KUBERNETES.unmarshal(KUBERNETES.asJson(manifest.tree()), KINDS.get(manifest.kind()));
    JsonNode back = JSON.readTree(KUBERNETES.asJson(resource));
    ObjectNode said = JSON.readValue(KUBERNETES.asJson(manifest.tree()), ObjectNode.class);
    said.withObjectProperty("spec");
    assertThat(back).isEqualTo(said);
  }
}
