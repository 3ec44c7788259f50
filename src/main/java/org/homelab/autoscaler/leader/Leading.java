package org.homelab.autoscaler.leader;

/** Whether this replica may act. */
public interface Leading {
  /** Whether it is certain at this moment that no other replica acts. */
  boolean leading();

  /** Runs this each time that this replica begins to lead, and at once if it leads. */
  void whenTaken(Runnable action);
}
