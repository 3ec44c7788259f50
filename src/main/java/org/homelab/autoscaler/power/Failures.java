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

  /**
   * The machine's failures with one more. That a machine which never came could not be switched off
   * is no more than one would expect of one that is off, and is not counted.
   */
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
        counted(machine, type) ? before + 1 : Math.max(1, before),
        machine.declared().release().orElse(""),
        machine.declared().powerSpec());
  }

  private static boolean counted(Machine machine, OperationType type) {
    return type == OperationType.STARTUP || !machine.neverCame();
  }
}
