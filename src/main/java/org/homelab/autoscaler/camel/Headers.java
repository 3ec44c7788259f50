package org.homelab.autoscaler.camel;

/** Message headers that the components of this package read or set. */
public final class Headers {
  /**
   * Set by a route, an {@link java.time.Instant}: hand this exchange's key out again at that time,
   * or sooner if something changes.
   */
  public static final String AGAIN_AT = "HomelabAgainAt";

  /** Set by an informer: {@code APPLIED} or {@code DELETED}, what became of the resource. */
  public static final String ACTION = "HomelabAction";

  private Headers() {}
}
