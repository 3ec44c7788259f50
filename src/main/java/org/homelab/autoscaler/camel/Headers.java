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

  /** What a flow of a user's is told beside the body: the route's id. */
  public static final String POINT = "HomelabPoint";

  /** The machine's name. */
  public static final String MACHINE = "HomelabMachine";

  /** The machine's namespace. */
  public static final String NAMESPACE = "HomelabNamespace";

  /** The machine's Group; empty if it has none. */
  public static final String GROUP = "HomelabGroup";

  /** The reason of the step; absent in {@code observe}. */
  public static final String REASON = "HomelabReason";

  /** The version of the message. */
  public static final String VERSION = "HomelabVersion";

  /** Set by a flow that is asked: {@code pass}, which is also meant by none, or {@code wait}. */
  public static final String VERDICT = "HomelabVerdict";

  /** Set by a flow that says {@code wait}: why, for people. */
  public static final String WHY = "HomelabWhy";

  /** Set by a flow that says {@code wait}: in how many seconds to ask it again. */
  public static final String ASK_AGAIN = "HomelabAskAgain";

  private Headers() {}
}
