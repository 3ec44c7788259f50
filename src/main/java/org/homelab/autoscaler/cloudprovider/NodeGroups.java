package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;

/** Describes a group to the Cluster Autoscaler. */
final class NodeGroups {
  private NodeGroups() {}

  static NodeGroup describe(GroupView group) {
    return NodeGroup.newBuilder()
        .setId(group.id())
        .setMinSize(group.minSize())
        .setMaxSize(group.maxSize())
        .setDebug(words(group))
        .build();
  }

  private static String words(GroupView group) {
    String offLimits = group.unavailable();
    return "%s: target %d of %d to %d, machines %d%s"
        .formatted(
            group.id(),
            group.target(),
            group.minSize(),
            group.maxSize(),
            group.members().size(),
            offLimits.isEmpty() ? "" : ", off limits: " + offLimits);
  }
}
