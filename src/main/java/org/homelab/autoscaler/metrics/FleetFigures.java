package org.homelab.autoscaler.metrics;

import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.Failures;
import org.homelab.autoscaler.power.PowerPolicy;

/** The figures that one look at the fleet gives. */
final class FleetFigures {
  static final String NO_GROUP = "none";

  private final PowerPolicy.Defaults defaults;
  private final Instant now;
  private final Map<Metric, Map<List<String>, Double>> figures = new EnumMap<>(Metric.class);

  private FleetFigures(PowerPolicy.Defaults defaults, Instant now) {
    this.defaults = defaults;
    this.now = now;
    for (Metric metric :
        List.of(
            Metric.MACHINES,
            Metric.MACHINE_STATE,
            Metric.MACHINE_DRIFT,
            Metric.GROUP_TARGET,
            Metric.GROUP_READY,
            Metric.QUARANTINED,
            Metric.HELD,
            Metric.IN_FLIGHT)) {
      figures.put(metric, new HashMap<>());
    }
  }

  /** All figures, by metric and values of its labels. */
  static Map<Metric, Map<List<String>, Double>> of(
      Fleet fleet, PowerPolicy.Defaults defaults, Instant now) {
    var figures = new FleetFigures(defaults, now);
    for (GroupSnapshot group : fleet.groups()) {
      figures.empty(group.id());
      group.machines().forEach(machine -> figures.machine(group.id(), group.policy(), machine));
    }
    fleet.machines().stream()
        .filter(machine -> machine.group().flatMap(fleet::group).isEmpty())
        .forEach(machine -> figures.machine(NO_GROUP, GroupPolicy.NONE, machine));
    return figures.figures;
  }

  /** A figure of a group that there is stands at zero rather than nowhere. */
  private void empty(String group) {
    for (Progress progress : Progress.values()) {
      add(Metric.MACHINES, 0, group, text(progress));
    }
    for (OperationType type : OperationType.values()) {
      add(Metric.IN_FLIGHT, 0, group, type.text());
    }
    List.of(Metric.GROUP_TARGET, Metric.GROUP_READY, Metric.QUARANTINED, Metric.HELD)
        .forEach(metric -> add(metric, 0, group));
  }

  private void machine(String group, GroupPolicy policy, Machine machine) {
    String state = text(machine.status().progress());
    add(Metric.MACHINES, 1, group, state);
    add(Metric.MACHINE_STATE, 1, group, machine.name(), state);
    add(Metric.GROUP_TARGET, machine.desiredOn() ? 1 : 0, group);
    add(Metric.GROUP_READY, machine.nodeReady() ? 1 : 0, group);
    add(Metric.QUARANTINED, quarantined(policy, machine) ? 1 : 0, group);
    add(Metric.HELD, machine.hold(now).isPresent() ? 1 : 0, group);
    machine
        .status()
        .operation()
        .ifPresent(operation -> add(Metric.IN_FLIGHT, 1, group, operation.type().text()));
    if (adrift(machine)) {
      add(Metric.MACHINE_DRIFT, 1, group, machine.name());
    }
  }

  private boolean quarantined(GroupPolicy group, Machine machine) {
    int most = PowerPolicy.of(machine, group, 0, defaults).maxFailures();
    return machine
        .status()
        .failure()
        .filter(failure -> failure.count() >= most && !Failures.released(failure, machine))
        .isPresent();
  }

  private static boolean adrift(Machine machine) {
    ObservedPower against = machine.desiredOn() ? ObservedPower.OFF : ObservedPower.ON;
    return machine.status().operation().isEmpty()
        && !machine.nodeReady()
        && machine.observation().filter(seen -> seen.power() == against).isPresent();
  }

  private void add(Metric metric, double more, String... labels) {
    figures.get(metric).merge(List.of(labels), more, Double::sum);
  }

  static String text(Progress progress) {
    return progress == Progress.NEW ? "new" : progress.text();
  }
}
