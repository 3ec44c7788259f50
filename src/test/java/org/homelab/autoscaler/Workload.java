package org.homelab.autoscaler;

/** What runs in a homelab, as a manifest. */
final class Workload {
  /**
   * A Deployment of some replicas that wants machines of the group, a budget that keeps so many of
   * them running, and a DaemonSet. Format arguments: replicas, pods to keep.
   */
  static final String MANIFEST =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: work}
      spec:
        replicas: %d
        selector: {matchLabels: {app: work}}
        template:
          metadata: {labels: {app: work}}
          spec:
            nodeSelector: {infra.homecluster.dev/group: rack}
            containers: [{name: work, image: "work:1"}]
      ---
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: {name: work}
      spec:
        minAvailable: %d
        selector: {matchLabels: {app: work}}
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: agent}
      spec:
        selector: {matchLabels: {app: agent}}
        template:
          metadata: {labels: {app: agent}}
          spec:
            containers: [{name: agent, image: "agent:1"}]
      """;

  private Workload() {}
}
