package org.homelab.autoscaler.energy;

/**
 * What a machine draws, as its owner declares it, in watts.
 *
 * @param idle when it is on and has nothing to do
 * @param busy when pods request all of its CPU
 * @param off when it is off: its power supply and its management controller
 */
public record Watts(double idle, double busy, double off) {

  /**
   * What it draws while it is on: between idle and busy by the share of its CPU that pods request.
   *
   * @param cpuShare from 0 to 1
   */
  public double on(double cpuShare) {
    return idle + (busy - idle) * Math.max(0, Math.min(1, cpuShare));
  }

  /** What it spares by being off instead of idle. */
  public double spared() {
    return Math.max(0, idle - off);
  }
}
