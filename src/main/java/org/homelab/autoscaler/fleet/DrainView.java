package org.homelab.autoscaler.fleet;

/**
 * A look at the pods of a machine that is to be powered off.
 *
 * @param remaining pods that have yet to go
 * @param volumes volumes that are still attached, counted once no pod remains
 * @param waitingFor the first pod and what keeps it, in words; empty when none remain
 */
public record DrainView(int remaining, int volumes, String waitingFor) {
  /** Nothing is left that would have to go. */
  public static final DrainView EMPTY = new DrainView(0, 0, "");

  /** Pods that have yet to go, the first of them and what keeps it. */
  public DrainView(int remaining, String waitingFor) {
    this(remaining, 0, waitingFor);
  }

  /** No pod is left, but so many volumes. */
  public static DrainView attached(int volumes) {
    return new DrainView(0, volumes, "");
  }

  /** Whether power may go. */
  public boolean done() {
    return podless() && volumes == 0;
  }

  /** Whether no pod is left that would have to go. */
  public boolean podless() {
    return remaining == 0;
  }

  /**
   * How far the drain is, in words; empty when it is done.
   *
   * @param most the most pods that the drain has seen at a time
   */
  public String progress(int most) {
    if (done()) {
      return "";
    }
    int total = Math.max(most, remaining);
    String gone = total - remaining + " of " + total + (total == 1 ? " pod" : " pods") + " gone";
    return gone + ", waiting for " + (podless() ? attachedVolumes() : waitingFor);
  }

  private String attachedVolumes() {
    return volumes == 1 ? "1 volume to be detached" : volumes + " volumes to be detached";
  }
}
