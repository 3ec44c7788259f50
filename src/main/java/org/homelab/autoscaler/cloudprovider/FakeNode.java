package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import java.util.Optional;

/** Why CA speaks of a machine that, to its knowledge, has no Kubernetes node. */
enum FakeNode {
  /** It did not register in time. */
  UNREGISTERED("unregistered"),
  /** We reported that it failed to come. */
  CREATE_ERROR("create-error");

  private static final String ANNOTATION = "k8s.io/cluster-autoscaler/fake-node-reason";

  private final String text;

  FakeNode(String text) {
    this.text = text;
  }

  /** CA's word for it. */
  String text() {
    return text;
  }

  /** The reason that stands on the node; nothing for a Kubernetes node that exists. */
  static Optional<FakeNode> of(ExternalGrpcNode node) {
    String reason = node.getAnnotationsOrDefault(ANNOTATION, "");
    for (FakeNode fake : values()) {
      if (fake.text.equals(reason)) {
        return Optional.of(fake);
      }
    }
    return Optional.empty();
  }
}
