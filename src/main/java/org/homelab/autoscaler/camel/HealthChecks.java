package org.homelab.autoscaler.camel;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.apache.camel.Body;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.HealthCheck;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.homelab.autoscaler.fleet.Hysteresis;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Observation;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Probe;
import org.homelab.autoscaler.fleet.Touched;
import org.homelab.autoscaler.probe.Prober;
import org.homelab.autoscaler.probe.Seen;

/**
 * Gives every machine a health check of its own, takes it away with the machine, and carries it
 * out: what probes see goes into the fleet as an observation.
 */
public final class HealthChecks {
  private final Fleet fleet;
  private final HealthCheckSchedules schedules;
  private final Schedule standard;
  private final Prober prober;
  private final BiPredicate<KubernetesNode, Instant> lease;
  private final Listener listener;
  private final Clock clock;
  private final Map<ObjectKey, Belief> beliefs = new ConcurrentHashMap<>();

  /** Is told what each probe saw. */
  public interface Listener {
    /** That kind of probe saw that. */
    void probed(String kind, ObservedPower seen);
  }

  /** What is believed, and the probes it was learnt from: others begin anew. */
  private record Belief(List<Probe> probes, Hysteresis hysteresis) {}

  /**
   * Checks the machines of that fleet.
   *
   * @param standard the schedule of a machine whose owner names none
   * @param lease whether the kubelet of a node that is not Ready lives at that time, by its Lease
   */
  public HealthChecks(
      Fleet fleet,
      HealthCheckSchedules schedules,
      Schedule standard,
      Prober prober,
      BiPredicate<KubernetesNode, Instant> lease,
      Listener listener,
      Clock clock) {
    this.fleet = fleet;
    this.schedules = schedules;
    this.standard = standard;
    this.prober = prober;
    this.lease = lease;
    this.listener = listener;
    this.clock = clock;
  }

  /** Follows the machines that have come or gone, or are to be checked otherwise. */
  public void follow(@Body Touched touched) {
    for (ObjectKey key : touched.machines()) {
      Optional<Machine> machine = fleet.machine(key);
      if (machine.isPresent()) {
        schedule(key, fleet.healthCheck(machine.get()));
      } else {
        schedules.remove(key);
        beliefs.remove(key);
      }
    }
  }

  /** A schedule that cannot be read leaves the one before. */
  private void schedule(ObjectKey key, HealthCheck check) {
    boolean keep = check.invalid().isPresent() && schedules.has(key);
    if (check.schedule().isPresent() || !keep) {
      put(key, check.schedule().orElse(standard));
    }
  }

  private void put(ObjectKey key, Schedule schedule) {
    try {
      schedules.put(key, schedule);
    } catch (Cron.Invalid over) {
      // It was read while it still came; the standard one was checked at the start.
      schedules.put(key, standard);
    }
  }

  /** Checks one machine and says what wants another look because of it. */
  public Touched observe(@Body ObjectKey key) {
    return fleet.machine(key).map(this::observe).orElse(Touched.NOTHING);
  }

  private Touched observe(Machine machine) {
    HealthCheck check = fleet.healthCheck(machine);
    Seen seen = kubelet(machine).orElseGet(() -> ask(machine, check));
    if (check.probes().isEmpty()) {
      beliefs.remove(machine.key());
      return fleet.record(machine.key(), living(seen));
    }
    Belief belief =
        beliefs.compute(
            machine.key(),
            (key, before) ->
                new Belief(
                    check.probes(),
                    hysteresis(before, check)
                        .after(seen.power(), seen.why(), check, clock.instant())));
    return fleet.record(machine.key(), Optional.of(belief.hysteresis().believed()));
  }

  private static Hysteresis hysteresis(Belief before, HealthCheck check) {
    return before != null && before.probes().equals(check.probes())
        ? before.hysteresis()
        : Hysteresis.START;
  }

  /** Without probes a kubelet that lives is news, and one that does not proves nothing. */
  private Optional<Observation> living(Seen seen) {
    return Optional.of(seen.power())
        .filter(power -> power == ObservedPower.ON)
        .map(power -> Observation.at(clock.instant(), power, seen.why()));
  }

  /**
   * A node that is not Ready though its kubelet renews its Lease belongs to a machine that is on.
   */
  private Optional<Seen> kubelet(Machine machine) {
    return machine
        .node()
        .filter(node -> !node.ready())
        .filter(node -> lease.test(node, clock.instant()))
        .map(
            node -> {
              listener.probed("lease", ObservedPower.ON);
              return node;
            })
        .map(node -> Seen.on("the Lease of Kubernetes node " + node.name() + " is renewed"));
  }

  /** On if any probe says so, off only if all do. */
  private Seen ask(Machine machine, HealthCheck check) {
    Seen all = Seen.unknown("no probe");
    for (Probe probe : check.probes()) {
      Seen one = prober.ask(machine, probe, check.patience());
      listener.probed(probe.kind(), one.power());
      if (one.power() == ObservedPower.ON) {
        return one;
      }
      boolean first = probe == check.probes().get(0);
      all = first || one.power() == ObservedPower.UNKNOWN ? one : all;
    }
    return all;
  }
}
