package org.homelab.autoscaler.fleet;

/** What happens when a drain is not over in time. */
public enum DrainPolicy {
  /** The power-off fails, and the machine is uncordoned. */
  FAIL,
  /** The machine is powered off under the pods that are left: its owner chose so. */
  FORCE
}
