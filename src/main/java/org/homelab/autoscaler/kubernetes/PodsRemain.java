package org.homelab.autoscaler.kubernetes;

import org.homelab.autoscaler.fleet.PassingFailure;

/**
 * Pods have come to a machine that was about to be powered off, so it was not. Expected: they are
 * drained first.
 */
public final class PodsRemain extends RuntimeException implements PassingFailure {
  private static final long serialVersionUID = 1L;

  /** How many, and what keeps them. */
  public PodsRemain(String message) {
    super(message, null, false, false);
  }
}
