package org.homelab.autoscaler.fleet;

/**
 * A look at the pods of a machine that is to be powered off.
 *
 * @param remaining pods that have yet to go
 * @param waitingFor the first of them and what keeps it, in words; empty when none remain
 */
public record DrainView(int remaining, String waitingFor) {
  /** Nothing is left that would have to go. */
  public static final DrainView EMPTY = new DrainView(0, "");

  /** Whether power may go. */
  public boolean done() {
    return remaining == 0;
  }
}
