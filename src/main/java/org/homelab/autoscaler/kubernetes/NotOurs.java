package org.homelab.autoscaler.kubernetes;

/**
 * A Kubernetes node is not one that we may touch. Expected until a person mends it; the message
 * says how.
 */
public final class NotOurs extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Which node, why, and what to do. */
  public NotOurs(String message) {
    super(message, null, false, false);
  }
}
