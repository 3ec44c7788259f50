package org.homelab.autoscaler.kubernetes;

import org.homelab.autoscaler.fleet.PassingFailure;

/**
 * A step was decided from a look that is no longer true, so nothing was written. Expected: the next
 * look decides again.
 */
public final class StaleLook extends RuntimeException implements PassingFailure {
  private static final long serialVersionUID = 1L;

  /** What has changed meanwhile. */
  public StaleLook(String message) {
    super(message, null, false, false);
  }
}
