package org.homelab.autoscaler.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Puts figures into the registry under the names and labels of {@link Metric}. */
final class Meters {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(2),
    Duration.ofMinutes(5),
    Duration.ofMinutes(10),
    Duration.ofMinutes(20)
  };

  private final MeterRegistry registry;
  private final Map<Metric, Family> gauges = new EnumMap<>(Metric.class);
  private final Map<Series, Counter> counters = new ConcurrentHashMap<>();
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  /** What one counter or timer stands for; looked up at every call, so not drawn up each time. */
  private record Series(Metric metric, List<String> values) {
    boolean concernsOneOf(Set<String> groups) {
      int group = metric.labels().indexOf(Metric.Label.GROUP);
      return group < 0 || groups.contains(values.get(group));
    }
  }

  /** All series of one gauge; each reads its value when it is scraped. */
  private record Family(MultiGauge series, Map<List<String>, Double> values) {}

  Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(Metric metric, String... values) {
    counter(metric, values).increment();
  }

  /** Counts on from where a figure that is counted elsewhere has been seen last. */
  void countUpTo(Metric metric, double total, String... values) {
    Counter counter = counter(metric, values);
    double more = total - counter.count();
    if (more > 0) {
      counter.increment(more);
    }
  }

  private Counter counter(Metric metric, String... values) {
    return counters.computeIfAbsent(
        new Series(metric, List.of(values)),
        series ->
            Counter.builder(metric.title())
                .description(metric.meaning())
                .tags(tags(metric, series.values()))
                .register(registry));
  }

  void time(Metric metric, Duration duration, String... values) {
    timers
        .computeIfAbsent(
            new Series(metric, List.of(values)),
            series ->
                Timer.builder(metric.title())
                    .description(metric.meaning())
                    .tags(tags(metric, series.values()))
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry))
        .record(duration);
  }

  /** These are all series that the gauge has now; what it had besides is gone. */
  synchronized void gauge(Metric metric, Map<List<String>, Double> values) {
    Family family = gauges.computeIfAbsent(metric, this::family);
    boolean same = family.values().keySet().equals(values.keySet());
    family.values().putAll(values);
    if (same) {
      return;
    }
    family.values().keySet().retainAll(values.keySet());
    List<MultiGauge.Row<?>> rows =
        values.keySet().stream()
            .<MultiGauge.Row<?>>map(
                labels ->
                    MultiGauge.Row.of(
                        tags(metric, labels),
                        family.values(),
                        all -> all.getOrDefault(labels, Double.NaN)))
            .toList();
    family.series().register(rows);
  }

  private Family family(Metric metric) {
    return new Family(
        MultiGauge.builder(metric.title()).description(metric.meaning()).register(registry),
        new ConcurrentHashMap<>());
  }

  /** Drops what was counted of groups that there are no more. */
  void keepGroups(Set<String> groups) {
    drop(counters, groups);
    drop(timers, groups);
  }

  private <T extends Meter> void drop(Map<Series, T> meters, Set<String> groups) {
    meters.forEach(
        (series, meter) -> {
          if (!series.concernsOneOf(groups)) {
            meters.remove(series);
            registry.remove(meter);
          }
        });
  }

  private static Tags tags(Metric metric, List<String> values) {
    if (values.size() != metric.labels().size()) {
      throw new IllegalArgumentException(metric + " has " + metric.labels().size() + " labels");
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.size(); i++) {
      tags = tags.and(metric.labels().get(i).text(), values.get(i));
    }
    return tags;
  }
}
