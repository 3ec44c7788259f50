package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.homelab.autoscaler.camel.Flows;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.flows.Messages;
import org.homelab.autoscaler.power.Consent;
import org.homelab.autoscaler.power.Step;
import org.junit.jupiter.api.Test;

/** docs/routes.md says what is so: its examples are files that are tested, its expressions work. */
class RoutesDocumentTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Path DOCUMENT = Path.of("docs", "routes.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```\\w+\n(?:#|//) ((?:docs|src)/\\S+)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern EXPRESSION = Pattern.compile("`(\\$\\{(?:header|jsonpath)[^`]*})`");

  @Test
  void itsExamplesAreTheFilesThatAreTested() throws IOException {
    List<MatchResult> examples = EXAMPLE.matcher(Files.readString(DOCUMENT)).results().toList();
    assertThat(examples).hasSize(2);
    for (MatchResult example : examples) {
      String file = Files.readString(Path.of(example.group(1)));
      assertThat(example.group(2))
          .as("%s in %s: copy the file into it", example.group(1), DOCUMENT)
          .isEqualTo(file.replaceFirst("package .*\n\n", ""));
    }
  }

  @Test
  void itsExpressionsGiveWhatTheySay() throws Exception {
    List<String> expressions =
        EXPRESSION
            .matcher(Files.readString(DOCUMENT))
            .results()
            .map(expression -> expression.group(1))
            .toList();
    assertThat(expressions).hasSizeGreaterThan(5);
    Step step = new OneOfEach().desk(() -> true).decide(OneOfEach.key("power-on"), Map.of());
    try (var context = new DefaultCamelContext()) {
      context.start();
      Exchange told = told(context, step);
      for (String expression : expressions) {
        assertThat(evaluate(expression, told)).as(expression).isNotBlank();
      }
      assertThat(evaluate("${header.HomelabReason}", told)).isEqualTo("PowerOnWanted");
    }
  }

  /** What a route at the extension point before that step gets. */
  private static Exchange told(CamelContext context, Step step) throws Exception {
    var got = new AtomicReference<Exchange>();
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:before-power-on").process(exchange -> got.set(exchange.copy()));
          }
        });
    try (var flows =
        new Flows(
            context,
            new Fleet(ObjectKey::name),
            new Messages(key -> Map.of()),
            Clock.systemUTC(),
            Runnable::run,
            Duration.ofSeconds(30),
            Consent::withheld,
            key -> {})) {
      flows.start();
      assertThat(flows.before(step, new HashMap<>())).isSameAs(step);
    }
    return got.get();
  }

  private static String evaluate(String expression, Exchange told) {
    return told.getContext()
        .resolveLanguage("simple")
        .createExpression(expression)
        .evaluate(told, String.class);
  }

  @Test
  void itNamesEveryFileAndEveryExtensionPoint() throws IOException {
    String text = Files.readString(DOCUMENT);
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      assertThat(files).allSatisfy(file -> assertThat(text).contains("](../" + file + ")"));
    }
    Set<String> points =
        YAML
            .readTree(Path.of("routes", "extension-points.camel.yaml").toFile())
            .findValuesAsText("id")
            .stream()
            .collect(Collectors.toSet());
    assertThat(points).allSatisfy(point -> assertThat(text).contains("| `" + point + "` |"));
  }
}
