package org.homelab.autoscaler.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Observation;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Path DOCUMENT = Path.of("docs/reference/metrics.md");
  private static final Instant NOW = Instant.parse("2026-11-01T06:00:00Z");
  private static final ObjectKey RACK = new ObjectKey("lab", "rack");
  private static final ObjectKey M1 = new ObjectKey("lab", "m1");
  private static final PowerPolicy.Defaults DEFAULTS = PowerPolicy.Defaults.STANDARD;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final Metrics metrics =
      new Metrics(registry, fleet, DEFAULTS, Clock.fixed(NOW, ZoneOffset.UTC));

  @BeforeEach
  void oneGroupWithOneMachineThatBoots() {
    fleet.apply(
        new DeclaredGroup(RACK, "uid", 1, "1", false, false, Optional.empty(), GroupPolicy.NONE));
    MachineStatus status =
        MachineStatus.NEW
            .with(Progress.STARTING_UP, ObservedPower.UNKNOWN)
            .with(Optional.of(Operation.startup(NOW.minusSeconds(90), 1)));
    fleet.apply(declared("m1").group("rack").desired(PowerState.ON).status(status).build());
  }

  @Test
  void everyMetricIsThereUnderItsNameOnceItHasSomethingToSay() {
    everythingHappens();
    String page = registry.scrape();
    for (Metric metric : Metric.values()) {
      String title = metric.title() + (metric.type() == Metric.Type.HISTOGRAM ? "_count" : "");
      assertThat(series(page, title)).as(metric.title()).isNotEmpty();
      assertThat(series(page, title))
          .allSatisfy(one -> assertThat(labels(one)).isEqualTo(expected(metric)));
    }
  }

  @Test
  void aTransitionIsCountedAndItsOperationTimed() {
    metrics.transition(step(new Decision.BecomeReady(Reason.READY)));
    assertThat(registry.scrape())
        .contains(
            "homelab_transitions_total{from=\"startingup\",group=\"rack\",reason=\"NodeReady\",to=\"ready\"}"
                + " 1.0")
        .contains(
            "homelab_operation_duration_seconds_sum{operation=\"startup\",outcome=\"succeeded\"}"
                + " 90.0");
  }

  @Test
  void aFailureIsCountedByItsReason() {
    metrics.transition(step(new Decision.FailStartup(Reason.BOOT_TIMEOUT, "")));
    assertThat(registry.scrape())
        .contains(
            "homelab_failures_total{group=\"rack\",operation=\"startup\",reason=\"BootTimeout\"} 1.0")
        .contains("operation=\"startup\",outcome=\"failed\"} 90.0");
  }

  @Test
  void aMachineHasOneStateAndWhatIsGoneLeavesNoSeries() {
    everythingHappens();
    metrics.look(SURROUNDINGS);
    assertThat(series(registry.scrape(), "homelab_machine_state")).hasSize(1);
    fleet.removeMachine(M1);
    metrics.look(NOTHING_DRAWN);
    assertThat(series(registry.scrape(), "homelab_machine_state")).isEmpty();
    assertThat(registry.scrape()).contains("homelab_group_target_size{group=\"rack\"} 0.0");
    fleet.removeGroup(RACK);
    metrics.look(NOTHING_DRAWN);
    assertThat(registry.scrape()).doesNotContain("group=\"rack\"");
  }

  @Test
  void figuresFollowTheFleet() {
    metrics.look(SURROUNDINGS);
    assertThat(registry.scrape())
        .contains("homelab_machine_state{group=\"rack\",machine=\"m1\",state=\"startingup\"} 1.0")
        .contains("homelab_operations_in_flight{group=\"rack\",operation=\"startup\"} 1.0");
    MachineStatus ready = MachineStatus.NEW.with(Progress.READY, ObservedPower.ON);
    fleet.apply(
        declared("m1").group("rack").revision("2").desired(PowerState.ON).status(ready).build());
    metrics.look(SURROUNDINGS);
    assertThat(registry.scrape())
        .contains("homelab_machine_state{group=\"rack\",machine=\"m1\",state=\"ready\"} 1.0")
        .doesNotContain("machine=\"m1\",state=\"startingup\"")
        .contains("homelab_machines{group=\"rack\",state=\"ready\"} 1.0")
        .contains("homelab_operations_in_flight{group=\"rack\",operation=\"startup\"} 0.0");
  }

  @Test
  void theDocumentationListsEveryMetric() throws IOException {
    String document = document();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(DOCUMENT, document);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("refresh it with: mvn test -Dtest=MetricsTest -Ddocs.write=true")
        .isEqualTo(document);
  }

  private static final Surroundings NOTHING_DRAWN =
      new Surroundings(Map.of(), Map.of(), 0, 0, true, Map.of(), Map.of());

  private static final Surroundings SURROUNDINGS =
      new Surroundings(
          Map.of("nodes", Duration.ofSeconds(3)),
          Map.of("machines", new Surroundings.Queue(2, 1, 5, Duration.ofMillis(1500))),
          4,
          6,
          true,
          Map.of(List.of("rack", "m1"), 41.5),
          Map.of("rack", 3600.0));

  private void everythingHappens() {
    metrics.transition(step(new Decision.FailStartup(Reason.BOOT_TIMEOUT, "")));
    metrics.answered("NodeGroupIncreaseSize", "OK", Duration.ofMillis(2));
    metrics.answered("Refresh", "UNAVAILABLE", Duration.ofMillis(1));
    metrics.worked("machines", Duration.ofMillis(7));
    metrics.probed("tcp", ObservedPower.UNKNOWN);
    metrics.wrote("nodes", "conflict");
    fleet.apply(declared("m2").desired(PowerState.OFF).build());
    fleet.record(
        new ObjectKey("lab", "m2"),
        Optional.of(Observation.at(NOW, ObservedPower.ON, "tcp m2:22")));
    metrics.look(SURROUNDINGS);
    fleet.removeMachine(new ObjectKey("lab", "m2"));
  }

  private Step step(Decision decision) {
    Machine machine = fleet.machine(M1).orElseThrow();
    PowerPolicy policy = PowerPolicy.of(machine, GroupPolicy.NONE, 1, DEFAULTS);
    return new Step(machine, policy, decision, NOW);
  }

  private static List<String> series(String page, String title) {
    return page.lines()
        .filter(line -> line.startsWith(title + "{") || line.startsWith(title + " "))
        .toList();
  }

  private static List<String> labels(String series) {
    if (!series.contains("{")) {
      return List.of();
    }
    String inside = series.substring(series.indexOf('{') + 1, series.lastIndexOf('}'));
    return Arrays.stream(inside.split(","))
        .map(label -> label.substring(0, label.indexOf('=')))
        .sorted()
        .toList();
  }

  private static List<String> expected(Metric metric) {
    return metric.labels().stream().map(Metric.Label::text).sorted().toList();
  }

  private static String document() {
    var text = new StringBuilder();
    text.append("# Metrics\n\n")
        .append(
            "`/observe/metrics` on the management port (9876) shows these to Prometheus, beside ")
        .append("those of Camel's routes and of the JVM. What is so is looked up every 5 seconds; ")
        .append(
            "each replica counts what it has done itself. Series of a group or machine that is ")
        .append("gone disappear.\n\n")
        .append("With TLS, `homelab_grpc_certificate_remaining_seconds` is the time until the ")
        .append("certificate shown to the Cluster Autoscaler runs out.\n\n")
        .append("| metric | type | labels | meaning |\n|---|---|---|---|\n");
    for (Metric metric : Metric.values()) {
      String labels =
          metric.labels().stream()
              .map(label -> "`" + label.text() + "`")
              .collect(Collectors.joining(", "));
      text.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  metric.title(),
                  metric.type().name().toLowerCase(java.util.Locale.ROOT),
                  labels,
                  metric.meaning()));
    }
    text.append("\n| label | values |\n|---|---|\n");
    for (Metric.Label label : Metric.Label.values()) {
      text.append("| `%s` | %s |%n".formatted(label.text(), label.range()));
    }
    return text.toString();
  }
}
