package org.homelab.autoscaler.api;

/** Names that users' manifests, labels and annotations are written with. */
public final class Api {
  /** API group of Group and Node. */
  public static final String GROUP = "infra.homecluster.dev";

  /** Version of Group and Node. */
  public static final String VERSION = "v1alpha1";

  /** Label on a Node that names its Group. */
  public static final String GROUP_LABEL = "group";

  /** Label on a Kubernetes node that names its Group. */
  public static final String NODE_GROUP_LABEL = GROUP + "/group";

  /** Label on a Kubernetes node that names its Node. */
  public static final String NODE_LABEL = GROUP + "/node";

  /** Scheme of the provider id of a Kubernetes node that came without one. */
  public static final String PROVIDER_ID_SCHEME = "homelab://";

  /**
   * Annotation that keeps everybody's hands off a machine: {@code until=2026-12-01T08:00Z; disk
   * swap}.
   */
  public static final String HOLD_ANNOTATION = "homelab-autoscaler.dev/hold";

  /** Annotation that lets a quarantined machine be tried again; its value is free. */
  public static final String RELEASE_ANNOTATION = "homelab-autoscaler.dev/release";

  /**
   * Annotation that takes a machine from the Cluster Autoscaler while a person works on it; it may
   * be powered off by powerState, never on: {@code until=2026-12-01T08:00Z; new fans}.
   */
  public static final String MAINTENANCE_ANNOTATION = "homelab-autoscaler.dev/maintenance";

  /** Annotation that keeps the Cluster Autoscaler from giving a machine up; likewise. */
  public static final String KEEP_ON_ANNOTATION = "homelab-autoscaler.dev/keep-on";

  /** Annotation on a Group that wants every usable member on; likewise. */
  public static final String FORCE_ALL_ON_ANNOTATION = "homelab-autoscaler.dev/force-all-on";

  /** Finalizer of Nodes and Groups: nothing goes before its machines have been let go. */
  public static final String FINALIZER = "homelab-autoscaler.dev/let-go";

  /** Annotation by which the Cluster Autoscaler leaves a Kubernetes node on. */
  public static final String SCALE_DOWN_DISABLED_ANNOTATION =
      "cluster-autoscaler.kubernetes.io/scale-down-disabled";

  /** Annotation on a Kubernetes node that says {@link #SCALE_DOWN_DISABLED_ANNOTATION} is ours. */
  public static final String KEPT_ANNOTATION = "homelab-autoscaler.dev/kept-on";

  /** Annotation on a Kubernetes node that says the cordon is ours. */
  public static final String CORDONED_ANNOTATION = "homelab-autoscaler.dev/cordoned";

  /** Annotation on a Node that says who last asked for its powerState, and why. */
  public static final String REQUESTED_BY_ANNOTATION = "homelab-autoscaler.dev/requested-by";

  /**
   * Annotation on a Node: number of the power-on that the Cluster Autoscaler has given up as lost.
   */
  public static final String GIVEN_UP_ANNOTATION = "homelab-autoscaler.dev/given-up";

  /** Annotation on a Node that says which order of its Group wrote its powerState. */
  public static final String ORDER_ANNOTATION = "homelab-autoscaler.dev/order";

  /** What to do instead of declaring a reserved annotation. */
  public static final String RESERVED_HELP =
      "leave out what the operator writes itself, homelab-autoscaler.dev/... and "
          + SCALE_DOWN_DISABLED_ANNOTATION
          + "; annotate the Node with "
          + KEEP_ON_ANNOTATION
          + " to keep its machine on";

  private static final String OURS = "homelab-autoscaler.dev/";

  private Api() {}

  /** Whether only the operator may write that annotation of a Kubernetes node. */
  public static boolean reserved(String annotation) {
    return annotation.startsWith(OURS) || annotation.equals(SCALE_DOWN_DISABLED_ANNOTATION);
  }
}
