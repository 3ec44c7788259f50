package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;

/**
 * A decision on its way to being carried out, with the one look it was taken from.
 *
 * @param now when it was taken
 */
public record Step(Machine machine, PowerPolicy policy, Decision decision, Instant now) {
  /** The route that carries it out. */
  public String route() {
    return decision.step();
  }

  /** Why it was taken. */
  public Reason reason() {
    return decision.reason();
  }

  /** What is to be persisted of the machine. */
  public MachineStatus after() {
    return decision.after(machine, now).forcedBy(Force.mark(this));
  }

  /** Whether its Kubernetes node is known to be that of a machine that is off. */
  public boolean nodeIsLeftOver() {
    return new ProbedPower(machine, now).nodeLeftOver();
  }

  /** When to look again even if nothing happens. */
  public Optional<Instant> again() {
    if (decision instanceof Decision.Wait wait) {
      return wait.again();
    }
    if (decision instanceof Decision.Refuse refuse) {
      return refuse.again();
    }
    if (decision instanceof Decision.TakeCharge) {
      return Optional.of(now);
    }
    return decision instanceof Decision.Drain ? Optional.of(now.plusSeconds(2)) : Optional.empty();
  }
}
