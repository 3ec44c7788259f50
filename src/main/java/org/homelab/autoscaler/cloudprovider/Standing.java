package org.homelab.autoscaler.cloudprovider;

/**
 * What a machine is to the Cluster Autoscaler at one instant. Exactly one holds, so that target
 * size, instances and the choice for the next increase can never disagree.
 */
public enum Standing {
  /** On. A crash does not change that: CA replaces such a machine by its own rules. */
  RUNNING,
  /** Asked for; no command has been given yet. */
  QUEUED,
  /** Asked for; a command has been given or is just due again. */
  BOOTING,
  /** Asked for; the power-on failed. CA is to give it up. */
  FAILED,
  /** No longer asked for; not off yet for all we know. */
  LEAVING,
  /** Off, and an increase may pick it. */
  AVAILABLE,
  /** Off limits for CA: held, broken, resting after a failure or not understood. */
  UNAVAILABLE;

  /** Whether it counts towards the target size. */
  public boolean counted() {
    return switch (this) {
      case RUNNING, QUEUED, BOOTING, FAILED -> true;
      case LEAVING, AVAILABLE, UNAVAILABLE -> false;
    };
  }

  /** Whether it is asked for and has yet to come. */
  public boolean creating() {
    return switch (this) {
      case QUEUED, BOOTING, FAILED -> true;
      case RUNNING, LEAVING, AVAILABLE, UNAVAILABLE -> false;
    };
  }

  /** Whether CA is told that there is such an instance. */
  public boolean listed() {
    return counted() || this == LEAVING;
  }
}
