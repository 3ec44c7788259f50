package org.homelab.autoscaler.scenario;

import java.util.Optional;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.power.Leftovers;

/** What is left of commands in the lab, whatever the operator has heard of it. */
record LabLeftovers(Lab lab) implements Leftovers {
  @Override
  public Optional<String> any(Machine machine) {
    return lab.abandoned().stream()
        .filter(job -> job.machine().equals(machine.key()))
        .findFirst()
        .map(job -> "a pod of " + job.key());
  }

  @Override
  public Optional<String> powerOff(Machine machine) {
    return Stream.concat(
            lab.jobs().values().stream().filter(PowerJob::live), lab.abandoned().stream())
        .filter(job -> job.machine().equals(machine.key()))
        .filter(job -> job.type() == OperationType.SHUTDOWN)
        .findFirst()
        .map(job -> "Job " + job.key());
  }
}
