package org.homelab.autoscaler.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.Thresholds;

/**
 * What the schema lets in, the parsers read, and the other way round. The schema's expression is
 * taken from the CRD; {@link ManifestValidationIT} asks a real API server.
 */
class SchemaAgreementTest {
  private static final Pattern MATCHES = Pattern.compile("self[.]matches\\('(.*?)'\\)");
  private static final Field DURATION = field("scaleDownUnneededTime");
  private static final Field THRESHOLD = field("scaleDownUtilizationThreshold");

  private static final Pattern PART = Pattern.compile("([0-9.]+)([a-zµμ]+)");
  private static final Map<String, Double> UNITS =
      Map.of(
          "h", 3600e9, "m", 60e9, "s", 1e9, "ms", 1e6, "us", 1e3, "µs", 1e3, "μs", 1e3, "ns", 1.0);

  private record Field(Pattern expression, int maxLength) {
    boolean admits(String text) {
      return text.length() <= maxLength && expression.matcher(text).matches();
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.randomValue(random -> Texts.random(random));
  }

  @Property
  void aThresholdIsAdmittedIfAndOnlyIfItCanBeRead(@ForAll("texts") String text) {
    if (THRESHOLD.admits(text)) {
      assertThat(Thresholds.parse(text)).isBetween(0.0, 1.0);
    } else {
      assertThatIllegalArgumentException().isThrownBy(() -> Thresholds.parse(text));
    }
  }

  /** Beside the expression, the rule asks for more than zero and for what fits Go's int64. */
  @Property
  void aDurationIsAdmittedIfAndOnlyIfItCanBeRead(@ForAll("texts") String text) {
    double nanos = DURATION.admits(text) ? nanos(text) : 0;
    Assume.that(nanos < 0.999 * Long.MAX_VALUE || nanos > 1.001 * Long.MAX_VALUE);
    if (nanos >= 1 && nanos < Long.MAX_VALUE) {
      assertThat((double) Durations.parse(text).toNanos())
          .isCloseTo(nanos, withinPercentage(0.001));
    } else {
      assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
    }
  }

  private static double nanos(String text) {
    return PART.matcher(text)
        .results()
        .mapToDouble(part -> Double.parseDouble(part.group(1)) * UNITS.get(part.group(2)))
        .map(Math::floor)
        .sum();
  }

  private static Field field(String name) {
    JsonNode schema =
        CustomResourceDefinitions.schemaOf(CustomResourceDefinitions.complete().get("Group"))
            .at("/properties/spec/properties/" + name);
    Matcher rule = MATCHES.matcher(schema.at("/x-kubernetes-validations/0/rule").asText());
    assertThat(rule.find()).as("rule of " + name).isTrue();
    return new Field(Pattern.compile(rule.group(1)), schema.required("maxLength").asInt());
  }
}
