package org.homelab.autoscaler.leader;

/**
 * This replica cannot be certain that it still leads, so it does nothing. Expected: the replica
 * that leads looks at the same thing by itself.
 */
public final class NotLeading extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What was not done. */
  public NotLeading(String undone) {
    super(undone + " is left to the replica that leads", null, false, false);
  }
}
