package org.homelab.autoscaler.cloudprovider;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Progress;

/** What is persisted of machines in the states that the tests begin with. */
final class Statuses {
  static final MachineStatus OFF = MachineStatus.NEW.with(Progress.SHUTDOWN, ObservedPower.OFF);
  static final MachineStatus READY = MachineStatus.NEW.with(Progress.READY, ObservedPower.ON);

  private Statuses() {}

  static MachineStatus booting(Instant since) {
    return MachineStatus.NEW
        .with(Progress.STARTING_UP, ObservedPower.UNKNOWN)
        .withAttempts(1)
        .with(Optional.of(Operation.startup(since, 1)));
  }

  static MachineStatus draining(Instant since) {
    return READY
        .with(Progress.SHUTTING_DOWN, ObservedPower.ON)
        .with(Optional.of(Operation.shutdown(since)));
  }

  static MachineStatus poweringOff(Instant since) {
    return READY
        .with(Progress.SHUTTING_DOWN, ObservedPower.UNKNOWN)
        .with(Optional.of(Operation.shutdown(since).claimed(1, since)));
  }

  static MachineStatus bootFailed(Instant at, int count) {
    return MachineStatus.NEW
        .with(Progress.SHUTDOWN, ObservedPower.UNKNOWN)
        .withFailure(
            Optional.of(
                new Failure(
                    OperationType.STARTUP,
                    "BootTimeout",
                    "not Ready within 450 s",
                    at,
                    count,
                    "",
                    "")));
  }

  /** Off for certain, after a boot that failed. */
  static MachineStatus offAfterFailure(Instant at, int count) {
    return bootFailed(at, count).with(Progress.SHUTDOWN, ObservedPower.OFF);
  }

  static MachineStatus shutdownFailed(Instant at, int count) {
    return READY.withFailure(
        Optional.of(
            new Failure(OperationType.SHUTDOWN, "JobFailed", "exit code 1", at, count, "", "")));
  }
}
