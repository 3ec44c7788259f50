package org.homelab.autoscaler.camel;

import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Touched;

/** Gives every machine a health check of its own, and takes it away with the machine. */
public final class HealthChecks {
  private final Fleet fleet;
  private final HealthCheckSchedules schedules;
  private final String cron;

  /** Checks the machines of that fleet on that schedule, cron with 5, 6 or 7 fields. */
  public HealthChecks(Fleet fleet, HealthCheckSchedules schedules, String cron) {
    this.fleet = fleet;
    this.schedules = schedules;
    this.cron = cron;
  }

  /** Follows the machines that have come or gone. */
  public void follow(Touched touched) {
    for (ObjectKey machine : touched.machines()) {
      if (fleet.machine(machine).isPresent()) {
        schedules.put(machine, cron);
      } else {
        schedules.remove(machine);
      }
    }
  }
}
