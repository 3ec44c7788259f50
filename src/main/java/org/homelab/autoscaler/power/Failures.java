package org.homelab.autoscaler.power;

import java.time.Instant;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.OperationType;

/** Counts failures in a row and knows when a person has let a machine go again. */
public final class Failures {
  private Failures() {}

  /** Whether the machine was released since it failed: by a person's word, or by another spec. */
  public static boolean released(Failure failure, Machine machine) {
    boolean byWord =
        machine.declared().release().filter(value -> !value.equals(failure.released())).isPresent();
    return byWord
        || (!failure.powerSpec().isEmpty()
            && !failure.powerSpec().equals(machine.declared().powerSpec()));
  }

  /** The machine's failures with one more. */
  static Failure next(
      Machine machine, OperationType type, Reason reason, String message, Instant now) {
    int before =
        machine
            .status()
            .failure()
            .filter(failure -> !released(failure, machine))
            .map(Failure::count)
            .orElse(0);
    return new Failure(
        type,
        reason.code(),
        message,
        now,
        before + 1,
        machine.declared().release().orElse(""),
        machine.declared().powerSpec());
  }
}
