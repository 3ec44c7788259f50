package org.homelab.autoscaler.simulator;

/** Hears what the machines do, while they do it. */
interface PowerListener {
  /** A power-on command reached a machine that was off. */
  default void switchedOn(SimulatedMachine machine) {}

  /** The machine is up, and its Kubernetes node is Ready. */
  default void joined(SimulatedMachine machine) {}

  /** A power-off command reached a machine that is on; what runs on it dies now. */
  default void powerGoes(SimulatedMachine machine) {}

  /** The machine is off. */
  default void switchedOff(SimulatedMachine machine) {}
}
