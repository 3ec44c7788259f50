package org.homelab.autoscaler.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Step;

/**
 * What the operator tells Prometheus. What happens is counted as it happens; what is so is looked
 * up now and then, all of it at once, so that what is gone leaves no series behind.
 */
public final class Metrics {
  private static final Map<String, String> ORDERS =
      Map.of(
          "NodeGroupIncreaseSize", "increase",
          "NodeGroupDeleteNodes", "delete",
          "NodeGroupDecreaseTargetSize", "decrease");

  private final Meters meters;
  private final Fleet fleet;
  private final PowerPolicy.Defaults defaults;
  private final Clock clock;
  private final AtomicReference<Instant> lastRefresh = new AtomicReference<>(Instant.EPOCH);

  /** Metrics of that fleet in that registry. */
  public Metrics(MeterRegistry registry, Fleet fleet, PowerPolicy.Defaults defaults, Clock clock) {
    this.meters = new Meters(registry);
    this.fleet = fleet;
    this.defaults = defaults;
    this.clock = clock;
  }

  /** A machine has gone from one state to another, or an operation of it has failed. */
  public void transition(Step step) {
    String group = group(step);
    meters.count(
        Metric.TRANSITIONS,
        group,
        FleetFigures.text(step.machine().status().progress()),
        FleetFigures.text(step.after().progress()),
        step.reason().code());
    boolean failed = failed(step.decision());
    step.machine()
        .status()
        .operation()
        .filter(
            operation ->
                !step.after()
                    .operation()
                    .map(Operation::type)
                    .equals(java.util.Optional.of(operation.type())))
        .ifPresent(
            operation -> {
              String type = operation.type().text();
              if (failed) {
                meters.count(Metric.FAILURES, group, type, step.reason().code());
              }
              meters.time(
                  Metric.OPERATION_DURATION,
                  positive(Duration.between(operation.startedAt(), step.now())),
                  type,
                  outcome(step.decision()));
            });
  }

  private static boolean failed(Decision decision) {
    return decision instanceof Decision.FailStartup || decision instanceof Decision.FailShutdown;
  }

  private static String outcome(Decision decision) {
    if (failed(decision)) {
      return "failed";
    }
    boolean done =
        decision instanceof Decision.BecomeReady || decision instanceof Decision.ConfirmOff;
    return done ? "succeeded" : "cancelled";
  }

  private String group(Step step) {
    return step.machine()
        .group()
        .flatMap(fleet::group)
        .map(snapshot -> snapshot.id())
        .orElse(FleetFigures.NO_GROUP);
  }

  /** An RPC has been answered with that status code. */
  public void answered(String rpc, String code, Duration took) {
    meters.time(Metric.RPC_DURATION, positive(took), rpc, code);
    if (ORDERS.containsKey(rpc)) {
      meters.count(Metric.ORDERS, ORDERS.get(rpc), code);
    }
    if (rpc.equals("Refresh")) {
      lastRefresh.set(clock.instant());
    }
  }

  /** When the Cluster Autoscaler last began a loop; nothing if it has not yet. */
  public Optional<Instant> lastRefresh() {
    return Optional.of(lastRefresh.get()).filter(time -> !time.equals(Instant.EPOCH));
  }

  /** The work on one key of a queue has taken so long. */
  public void worked(String queue, Duration took) {
    meters.time(Metric.RECONCILE_DURATION, positive(took), queue);
  }

  /** A probe has seen that. */
  public void probed(String kind, ObservedPower seen) {
    String result = seen == ObservedPower.UNKNOWN ? "unknown" : seen.text();
    meters.count(Metric.PROBES, kind, result);
  }

  /** Something was written to the API, with that result. */
  public void wrote(String kind, String result) {
    meters.count(Metric.API_WRITES, kind, result.toLowerCase(Locale.ROOT));
  }

  /** Looks at everything that is so, with what others know of watches, queues and checks. */
  public void look(Surroundings surroundings) {
    FleetFigures.of(fleet, defaults, clock.instant()).forEach(meters::gauge);
    Set<String> groups = new HashSet<>(Set.of(FleetFigures.NO_GROUP));
    fleet.groups().forEach(group -> groups.add(group.id()));
    meters.keepGroups(groups);
    meters.gauge(
        Metric.CA_LAST_CALL, Map.of(List.of(), (double) lastRefresh.get().getEpochSecond()));
    meters.gauge(Metric.WATCH_AGE, labelled(surroundings.watchAges()));
    meters.gauge(Metric.LEADER, Map.of(List.of(), surroundings.leading() ? 1.0 : 0.0));
    queues(surroundings.queues());
    meters.gauge(Metric.PROBES_BUSY, Map.of(List.of(), (double) surroundings.checksBusy()));
    meters.countUpTo(Metric.PROBES_SKIPPED, surroundings.checksSkipped());
    meters.gauge(Metric.WATTS, surroundings.watts());
    surroundings.joules().forEach((group, all) -> meters.countUpTo(Metric.ENERGY, all, group));
  }

  private void queues(Map<String, Surroundings.Queue> queues) {
    Map<List<String>, Double> depths = new HashMap<>();
    Map<List<String>, Double> ages = new HashMap<>();
    Map<List<String>, Double> inFlight = new HashMap<>();
    queues.forEach(
        (name, queue) -> {
          depths.put(List.of(name), (double) queue.depth());
          ages.put(List.of(name), seconds(queue.oldest()));
          inFlight.put(List.of(name), (double) queue.inFlight());
          meters.countUpTo(Metric.QUEUE_RETRIES, queue.retries(), name);
        });
    meters.gauge(Metric.QUEUE_DEPTH, depths);
    meters.gauge(Metric.QUEUE_AGE, ages);
    meters.gauge(Metric.QUEUE_IN_FLIGHT, inFlight);
  }

  private static Map<List<String>, Double> labelled(Map<String, Duration> times) {
    Map<List<String>, Double> labelled = new HashMap<>();
    times.forEach((label, time) -> labelled.put(List.of(label), seconds(time)));
    return labelled;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1_000.0;
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
