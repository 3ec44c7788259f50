package org.homelab.autoscaler.scenario;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import org.homelab.autoscaler.fleet.KubernetesNode;

/** Kubernetes nodes as CA tells of them. */
final class CaNodes {
  private CaNodes() {}

  /** One that there is. */
  static ExternalGrpcNode real(KubernetesNode node) {
    return ExternalGrpcNode.newBuilder()
        .setName(node.name())
        .setProviderID(node.providerId().orElse(""))
        .putAllLabels(node.labels())
        .build();
  }

  /** One that CA makes up for an instance that has none. */
  static ExternalGrpcNode fake(String instanceId, String reason) {
    return ExternalGrpcNode.newBuilder()
        .setName(instanceId)
        .setProviderID(instanceId)
        .putAnnotations("k8s.io/cluster-autoscaler/fake-node-reason", reason)
        .build();
  }

  /** One that CA makes up of a group's template to plan with. */
  static ExternalGrpcNode template(String group) {
    return ExternalGrpcNode.newBuilder()
        .setName("template-node-for-" + group + "-1-upcoming-0")
        .putLabels("cluster-autoscaler.kubernetes.io/template-node", "true")
        .putAnnotations("cluster-autoscaler.k8s.io/upcoming-node", "true")
        .build();
  }
}
