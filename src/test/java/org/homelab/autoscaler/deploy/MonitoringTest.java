package org.homelab.autoscaler.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alerts and dashboard ask for metrics and labels that are documented, and for nothing else. */
class MonitoringTest {
  private static final Path FOLDER = Path.of("kustomize", "components", "monitoring");
  private static final Pattern ROW =
      Pattern.compile("\\| `(homelab_\\w+)` \\| (\\w+) \\| ([^|]*) \\|");
  private static final Pattern USED = Pattern.compile("\\b((?:homelab|jvm)_\\w+)(?:\\{([^}]*)})?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=~?\"");
  private static final Pattern BY = Pattern.compile("\\bby \\(([^)]*)\\)");

  /** What Prometheus and Micrometer bring along, whatever the metric is. */
  private static final Set<String> OF_THE_SCRAPE = Set.of("pod", "job", "le", "area");

  private static final Set<String> OF_THE_JVM = Set.of("jvm_memory_used_bytes");

  static List<String> expressions() throws IOException {
    JsonNode rules = new YAMLMapper().readTree(FOLDER.resolve("rules.yaml").toFile());
    JsonNode dashboard = new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
    return Stream.concat(
            rules.findValuesAsText("expr").stream(), dashboard.findValuesAsText("expr").stream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void itAsksForWhatThereIs(String expression) throws IOException {
    Map<String, Set<String>> metrics = documented();
    Set<String> labels = new TreeSet<>(OF_THE_SCRAPE);
    Matcher used = USED.matcher(expression);
    boolean any = false;
    while (used.find()) {
      any = true;
      String name = used.group(1);
      String base =
          metrics.containsKey(name) ? name : name.replaceFirst("_(bucket|sum|count)$", "");
      if (!OF_THE_JVM.contains(name)) {
        assertThat(metrics).containsKey(base);
        labels.addAll(metrics.get(base));
      }
      if (used.group(2) != null) {
        assertThat(labels).containsAll(found(LABEL, used.group(2)));
      }
    }
    assertThat(any).as("a metric of ours in %s", expression).isTrue();
    for (String by : found(BY, expression)) {
      assertThat(labels).containsAll(List.of(by.split(", ")));
    }
    assertThat(balanced(expression)).as("brackets of %s", expression).isTrue();
  }

  @Test
  void everyAlertHasItsChapterOfTheRunbook() throws IOException {
    JsonNode rules = new YAMLMapper().readTree(FOLDER.resolve("rules.yaml").toFile());
    String runbook = Files.readString(Remedies.DOCUMENT);
    List<String> alerts = rules.findValuesAsText("alert");
    assertThat(alerts)
        .containsExactlyInAnyOrder(
            "MachineQuarantined",
            "WakeSlow",
            "PowerDrift",
            "WatchStale",
            "NoLeader",
            "TwoLeaders",
            "CertificateExpiring");
    assertThat(alerts).allSatisfy(alert -> assertThat(runbook).contains("### " + alert + "\n"));
    assertThat(rules.findValuesAsText("runbook_url"))
        .containsExactlyElementsOf(
            alerts.stream()
                .map(a -> "docs/troubleshooting.md#" + a.toLowerCase(Locale.ROOT))
                .toList());
  }

  /** Documented metrics with their labels. */
  private static Map<String, Set<String>> documented() throws IOException {
    var metrics = new TreeMap<String, Set<String>>();
    Matcher row = ROW.matcher(Files.readString(Path.of("docs", "reference", "metrics.md")));
    while (row.find()) {
      metrics.put(row.group(1), found(Pattern.compile("`(\\w+)`"), row.group(3)));
    }
    Matcher told =
        Pattern.compile("`(homelab_\\w+)`")
            .matcher(Files.readString(Path.of("docs", "operations.md")));
    while (told.find()) {
      metrics.putIfAbsent(told.group(1), Set.of());
    }
    return metrics;
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean balanced(String expression) {
    String bare = expression.replaceAll("\"[^\"]*\"", "");
    return Stream.of("()", "{}", "[]")
        .allMatch(
            pair ->
                bare.chars().filter(c -> c == pair.charAt(0)).count()
                    == bare.chars().filter(c -> c == pair.charAt(1)).count());
  }
}
