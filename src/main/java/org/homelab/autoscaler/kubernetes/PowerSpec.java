package org.homelab.autoscaler.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.homelab.autoscaler.api.NodeSpec;

/** Tells whether a spec that failed has been changed since in what bears on power. */
final class PowerSpec {
  /** What changes without a machine being switched in another way. */
  private static final List<String> NO_MATTER_OF_POWER =
      List.of("powerState", "pricing", "taintsToRemove", "template", "healthCheck");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private PowerSpec() {}

  /** A short text that is another one for every other spec; empty where there is none. */
  static String fingerprint(NodeSpec spec) {
    if (spec == null) {
      return "";
    }
    ObjectNode fields = JSON.valueToTree(spec);
    fields.remove(NO_MATTER_OF_POWER);
    var sorted = new TreeMap<String, Object>();
    fields.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
    try {
      byte[] text = JSON.writeValueAsString(sorted).getBytes(UTF_8);
      return UUID.nameUUIDFromBytes(text).toString().substring(0, 8);
    } catch (JsonProcessingException treesAreAlwaysWritten) {
      throw new IllegalStateException(treesAreAlwaysWritten);
    }
  }
}
