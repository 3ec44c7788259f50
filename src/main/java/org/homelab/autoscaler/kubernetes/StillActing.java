package org.homelab.autoscaler.kubernetes;

/**
 * Something of an earlier power command may still switch the machine, so nothing was done. It ends
 * by itself within its grace period, unless the machine that it runs on is dead.
 */
public final class StillActing extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What it is, and how to end it. */
  StillActing(String message) {
    super(message, null, false, false);
  }
}
