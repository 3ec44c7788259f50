package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.homelab.autoscaler.routes.RouteCoverage.Line;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteCoverageTest {
  private static final String ROUTES =
      """
      - route:
          id: one
          from:
            uri: direct:one
            steps:
              - log: a
              - filter:
                  simple: "${body} != null"
                  steps:
                    - log: b
      - route:
          id: other
          from:
            uri: direct:other
            steps:
              - log: c
      """;
  private static final String KAMELET =
      """
      metadata: { name: plug-on }
      spec: { template: { from: { uri: kamelet:source, steps: [ { log: d } ] } } }
      """;

  @TempDir Path folder;

  @BeforeEach
  void shipTwoRoutesAndAKamelet() throws IOException {
    write("routes/a.camel.yaml", ROUTES);
    write("routes/kamelets/plug-on.kamelet.yaml", KAMELET);
  }

  @Test
  void withoutReportsNothingIsCovered() throws IOException {
    assertThat(evaluate())
        .containsExactly(
            new Line("a.camel.yaml", "one", 0, 3),
            new Line("a.camel.yaml", "other", 0, 1),
            new Line("plug-on.kamelet.yaml", "plug-on", 0, 1));
  }

  @Test
  void whatSeveralTestsRanCountsTogether() throws IOException {
    report("first", route("one", "a.camel.yaml", 1, 0, 0));
    report("second", route("one", "file:routes/a.camel.yaml", 0, 3, 0));
    assertThat(evaluate()).contains(new Line("a.camel.yaml", "one", 2, 3));
  }

  @Test
  void aRouteThatAKameletBecameCountsForTheKamelet() throws IOException {
    report("kamelet", route("plug-on-7", "file:routes/kamelets/plug-on.kamelet.yaml", 1));
    assertThat(evaluate()).contains(new Line("plug-on.kamelet.yaml", "plug-on", 1, 1));
  }

  @Test
  void aRouteOfTheSameIdInAnotherFileIsAnother() throws IOException {
    report("users", route("other", "mine.camel.yaml", 1));
    assertThat(evaluate()).contains(new Line("a.camel.yaml", "other", 0, 1));
  }

  @Test
  void aReportOlderThanTheRoutesDoesNotCount() throws IOException {
    report("old", route("other", "a.camel.yaml", 1));
    Files.setLastModifiedTime(
        folder.resolve("routes/a.camel.yaml"), FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(evaluate()).contains(new Line("a.camel.yaml", "other", 0, 1));
  }

  @Test
  void aReportThatCannotBeReadIsNamed() throws IOException {
    write("reports/broken.xml", "<camelRouteCoverage><method>a < b</method>");
    assertThatThrownBy(this::evaluate)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken.xml");
  }

  private List<Line> evaluate() throws IOException {
    return RouteCoverage.of(folder.resolve("routes"), folder.resolve("reports"));
  }

  private void report(String test, String route) throws IOException {
    write("reports/" + test + ".xml", "<camelRouteCoverage>" + route + "</camelRouteCoverage>");
  }

  private static String route(String id, String file, int... exchanges) {
    var route = new StringBuilder("<route id='" + id + "' exchangesTotal='9'>");
    route.append("<from exchangesTotal='9' sourceLineNumber='1' sourceLocation='" + file + "'/>");
    for (int total : exchanges) {
      route.append("<log exchangesTotal='" + total + "' sourceLineNumber='2'/>");
    }
    return route.append("<to exchangesTotal='9' uri='kamelet://sink'/></route>").toString();
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
