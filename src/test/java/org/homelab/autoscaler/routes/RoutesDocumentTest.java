package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.homelab.autoscaler.power.Step;
import org.junit.jupiter.api.Test;

/** docs/routes.md says what is so: its examples are files that are tested, its expressions work. */
class RoutesDocumentTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> OF_A_KEY = Set.of("${body.name}", "${body.namespace}");
  private static final Path DOCUMENT = Path.of("docs", "routes.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```\\w+\n(?:#|//) ((?:docs|src)/\\S+)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern EXPRESSION = Pattern.compile("`(\\$\\{body[^`]*})`");

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
  void itsExpressionsGiveWhatTheySay() throws IOException {
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
      for (String expression : expressions) {
        Object body = OF_A_KEY.contains(expression) ? step.machine().key() : step;
        assertThat(evaluate(context, expression, body)).as(expression).isNotBlank();
      }
      assertThat(evaluate(context, "${body.reason.code}", step)).isEqualTo("PowerOnWanted");
    }
  }

  private static String evaluate(CamelContext context, String expression, Object body) {
    var exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(body);
    return context
        .resolveLanguage("simple")
        .createExpression(expression)
        .evaluate(exchange, String.class);
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
