package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.homelab.autoscaler.Simulation.Result;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.PowerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads from one morning to the next: pods pile up, are worked off, and all machines go off. */
final class Cycles {
  private static final Logger LOG = LoggerFactory.getLogger("cycle");
  private static final int BUILDS = 14;
  private static final double LONGEST_SECONDS = 240;
  private static final double LONGEST_CORDON_SECONDS = 10;

  private final Lab lab;
  private final Hardware hardware;
  private final Workload workload;
  private final ClusterAutoscaler autoscaler;
  private final SafetyInspector inspector;
  private final Tally tally;
  private final Instant begun;
  private Phase phase = Phase.NIGHT;
  private Instant phaseBegun;
  private Instant cycleBegun;
  private int cycle;

  private enum Phase {
    NIGHT,
    DAY,
    EVENING,
    OVER
  }

  Cycles(
      Lab lab,
      Hardware hardware,
      Workload workload,
      ClusterAutoscaler autoscaler,
      SafetyInspector inspector,
      Tally tally) {
    this.lab = lab;
    this.hardware = hardware;
    this.workload = workload;
    this.autoscaler = autoscaler;
    this.inspector = inspector;
    this.tally = tally;
    this.begun = lab.clock().instant();
    this.phaseBegun = begun;
    this.cycleBegun = begun;
  }

  /**
   * Begins.
   *
   * @param cycles how many; 0 for no end
   */
  void start(int cycles, Consumer<Result> done) {
    lab.every(0.5, () -> look(cycles, done));
  }

  private void look(int cycles, Consumer<Result> done) {
    inspector.look(lab.pace().seconds(LONGEST_CORDON_SECONDS));
    switch (phase) {
      case NIGHT -> {
        if (past(phaseBegun, 1.5) && autoscaler.answered()) {
          cycle++;
          cycleBegun = lab.clock().instant();
          LOG.info("{} begins, all machines are off", name(cycles));
          workload.morning(cycle, BUILDS);
          enter(Phase.DAY);
        }
      }
      case DAY -> {
        if (workload.building() == 0) {
          workload.evening();
          enter(Phase.EVENING);
        } else if (tooLong()) {
          giveUp(missing(), done);
        }
      }
      case EVENING -> {
        List<String> missing = missing();
        if (missing.isEmpty()) {
          endOfCycle(cycles, done);
        } else if (tooLong()) {
          giveUp(missing, done);
        }
      }
      case OVER -> {}
    }
  }

  private void endOfCycle(int cycles, Consumer<Result> done) {
    inspector.cycleEnded(hardware.states());
    noteQuarantined();
    if (cycle == cycles) {
      end(List.of(), done);
    } else {
      LOG.info("{} is over: {}, {}", name(cycles), tally.words(), verdict());
      enter(Phase.NIGHT);
    }
  }

  private void giveUp(List<String> missing, Consumer<Result> done) {
    inspector.cycleEnded(hardware.states());
    noteQuarantined();
    end(missing, done);
  }

  private void end(List<String> missing, Consumer<Result> done) {
    enter(Phase.OVER);
    autoscaler.close();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s in %d s: %s, %s"
            .formatted(
                cycles(missing.isEmpty() ? cycle : cycle - 1),
                Duration.between(begun, lab.clock().instant()).toSeconds(),
                tally.words(),
                verdict()));
    if (!missing.isEmpty()) {
      lines.add("cycle " + cycle + " did not come to its end: " + String.join("; ", missing));
    }
    inspector.violations().forEach(violation -> lines.add("rule broken: " + violation));
    lines.forEach(LOG::info);
    done.accept(new Result(missing.isEmpty() && inspector.violations().isEmpty(), lines));
  }

  private void noteQuarantined() {
    machines().stream()
        .filter(Cycles::isQuarantined)
        .forEach(machine -> tally.quarantined(machine.getMetadata().getName()));
  }

  private static boolean isQuarantined(Node machine) {
    return machine.getStatus() != null
        && machine.getStatus().conditions() != null
        && machine.getStatus().conditions().stream()
            .anyMatch(
                condition ->
                    condition.getStatus().equals("True")
                        && condition.getReason().equals("Quarantined"));
  }

  /** What has yet to happen before everything is as it was in the morning. */
  private List<String> missing() {
    List<String> missing = new ArrayList<>();
    lab.api().list(Change.PODS, Pod.class).stream()
        .filter(Pods::evictable)
        .forEach(pod -> missing.add("pod " + Pods.name(pod) + " is still there"));
    hardware
        .states()
        .forEach(
            (machine, state) -> {
              if (state != Hardware.State.OFF) {
                missing.add(machine + " is still on");
              }
            });
    for (Node machine : machines()) {
      boolean off =
          machine.getSpec().powerState() == PowerState.OFF
              && machine.getStatus() != null
              && "off".equals(machine.getStatus().powerState());
      if (!off) {
        missing.add(machine.getMetadata().getName() + " is not known to be off");
      }
    }
    lab.api().list(Change.NODES, io.fabric8.kubernetes.api.model.Node.class).stream()
        .map(Nodes::name)
        .filter(name -> !name.equals(Rack.CONTROL_PLANE))
        .forEach(name -> missing.add("Kubernetes node " + name + " is still there"));
    autoscaler
        .targets()
        .forEach(
            (group, target) -> {
              if (target != 0) {
                missing.add("target size of " + group + " is " + target);
              }
            });
    return missing;
  }

  private List<Node> machines() {
    return lab.api().list(Change.MACHINES, Node.class);
  }

  private boolean tooLong() {
    return past(cycleBegun, LONGEST_SECONDS);
  }

  private boolean past(Instant since, double seconds) {
    return !lab.clock().instant().isBefore(since.plus(lab.pace().seconds(seconds)));
  }

  private void enter(Phase next) {
    phase = next;
    phaseBegun = lab.clock().instant();
  }

  private static String cycles(int count) {
    return count + (count == 1 ? " cycle" : " cycles");
  }

  private String verdict() {
    int broken = inspector.violations().size();
    return broken == 0 ? "no safety rule broken" : "SAFETY RULES BROKEN: " + broken;
  }

  private String name(int cycles) {
    return "cycle " + cycle + (cycles == 0 ? "" : " of " + cycles);
  }
}
