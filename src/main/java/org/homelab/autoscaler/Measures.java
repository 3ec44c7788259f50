package org.homelab.autoscaler;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.homelab.autoscaler.camel.HealthCheckPool;
import org.homelab.autoscaler.camel.InformerRegistry;
import org.homelab.autoscaler.camel.KeyedQueueComponent;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.kubernetes.EnergyBook;
import org.homelab.autoscaler.leader.Leading;
import org.homelab.autoscaler.metrics.Metrics;
import org.homelab.autoscaler.metrics.Surroundings;
import org.homelab.autoscaler.metrics.Watcher;
import org.homelab.autoscaler.power.PowerPolicy;

/** Lets the parts tell the metrics what they do, and the metrics look at the parts. */
final class Measures {
  private final CamelContext context;
  private final Metrics metrics;
  private final InformerRegistry watches;
  private final HealthCheckPool checks;
  private final Fleet fleet;
  private final EnergyBook energy;

  Measures(
      CamelContext context,
      Metrics metrics,
      InformerRegistry watches,
      HealthCheckPool checks,
      Fleet fleet,
      EnergyBook energy) {
    this.fleet = fleet;
    this.energy = energy;
    this.context = context;
    this.metrics = metrics;
    this.watches = watches;
    this.checks = checks;
  }

  /** Metrics in the registry that {@code /observe/metrics} shows. */
  static Metrics metrics(
      CamelContext context, Fleet fleet, PowerPolicy.Defaults defaults, Clock clock)
      throws Exception {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    context.addService(new JvmMeasures(registry));
    context.getRegistry().bind("metricsRegistry", registry);
    return new Metrics(registry, fleet, defaults, clock);
  }

  void start(ApiCalls calls) throws Exception {
    calls.listen(metrics::wrote);
    queues().listen(metrics::worked);
    context.addService(new Watcher(context, metrics, this::surroundings));
  }

  private KeyedQueueComponent queues() {
    return context.getComponent("keyed-queue", KeyedQueueComponent.class);
  }

  private Surroundings surroundings() {
    Map<String, Duration> ages = new HashMap<>();
    watches.statuses().forEach(watch -> ages.put(resource(watch.name()), watch.watchAge()));
    Map<String, Surroundings.Queue> queues = new HashMap<>();
    queues()
        .queues()
        .forEach(
            (name, queue) ->
                queues.put(
                    name,
                    new Surroundings.Queue(
                        queue.depth(), queue.inFlight(), queue.retries(), queue.oldestAge())));
    return new Surroundings(
        ages, queues, checks.busy(), checks.skipped(), leading(), watts(), joules());
  }

  private Map<List<String>, Double> watts() {
    Map<List<String>, Double> watts = new HashMap<>();
    for (GroupSnapshot group : fleet.groups()) {
      for (Machine machine : group.machines()) {
        energy
            .draw(machine)
            .ifPresent(draw -> watts.put(List.of(group.id(), machine.name()), draw.watts()));
      }
    }
    return watts;
  }

  private Map<String, Double> joules() {
    Map<String, Double> joules = new HashMap<>();
    fleet
        .groups()
        .forEach(
            group ->
                energy
                    .account(group.key())
                    .ifPresent(account -> joules.put(group.id(), account.joules())));
    return joules;
  }

  private boolean leading() {
    return context.getRegistry().lookupByNameAndType("leadership", Leading.class).leading();
  }

  /** {@code jobs} of {@code k8s-informer:jobs[app=homelab-autoscaler]}. */
  private static String resource(String endpoint) {
    return endpoint.replaceFirst("^k8s-informer:", "").replaceFirst("[\\[?].*$", "");
  }
}
