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

  /** Annotation on a Kubernetes node that says the cordon is ours. */
  public static final String CORDONED_ANNOTATION = "homelab-autoscaler.dev/cordoned";

  /** Annotation on a Node that says who last asked for its powerState, and why. */
  public static final String REQUESTED_BY_ANNOTATION = "homelab-autoscaler.dev/requested-by";

  private Api() {}
}
