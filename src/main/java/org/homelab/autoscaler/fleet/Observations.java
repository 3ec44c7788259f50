package org.homelab.autoscaler.fleet;

import java.util.Optional;

/** Where probes put down what they saw; the next decision about the machine heeds it. */
public interface Observations {
  /**
   * Puts down what probes now say of a machine. Of a machine that is gone nothing is kept.
   *
   * @param observation empty if nothing but the Kubernetes node tells of the machine's power
   * @return what wants another look: nothing where the power is as it was
   */
  Touched record(ObjectKey machine, Optional<Observation> observation);
}
