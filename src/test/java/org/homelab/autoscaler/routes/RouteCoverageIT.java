package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.homelab.autoscaler.routes.RouteCoverage.Line;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prints what of the shipped routes the unit tests have run, and is content with nothing but all.
 */
class RouteCoverageIT {
  private static final Logger LOG = LoggerFactory.getLogger(RouteCoverageIT.class);
  private static final String ROW = "%n%-30s %-30s %10s %8s";

  @Test
  void everyProcessorOfEveryShippedRouteIsRunByATest() throws IOException {
    List<Line> lines =
        RouteCoverage.of(Path.of("routes"), Path.of("target", "camel-route-coverage"));
    LOG.info("Route coverage{}", table(lines));
    assertThat(lines).isNotEmpty();
    assertThat(lines.stream().filter(line -> line.covered() < line.total()))
        .as("routes that the tests did not run, or only in part")
        .isEmpty();
  }

  private static String table(List<Line> lines) {
    var table = new StringBuilder();
    table.append(ROW.formatted("file", "route", "processors", "percent"));
    for (Line line : lines) {
      table.append(row(line));
    }
    int covered = lines.stream().mapToInt(Line::covered).sum();
    int total = lines.stream().mapToInt(Line::total).sum();
    return table
        .append(row(new Line("all", lines.size() + " routes and Kamelets", covered, total)))
        .toString();
  }

  private static String row(Line line) {
    return ROW.formatted(
        line.file(), line.route(), line.covered() + "/" + line.total(), line.percent());
  }
}
