package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;

/** The reply that names every group, made anew when a group has changed or its own reply ends. */
final class EveryGroup implements Supplier<NodeGroupsResponse> {
  private final Fleet fleet;
  private final PerGroup<GroupReplies> replies;
  private final Clock clock;
  private volatile Kept kept = new Kept(-1, Instant.MAX, Instant.MIN, null);

  private record Kept(long version, Instant made, Instant until, NodeGroupsResponse reply) {
    boolean holds(long now, Instant time) {
      return version == now && !time.isBefore(made) && time.isBefore(until);
    }
  }

  EveryGroup(Fleet fleet, PerGroup<GroupReplies> replies, Clock clock) {
    this.fleet = fleet;
    this.replies = replies;
    this.clock = clock;
  }

  @Override
  public NodeGroupsResponse get() {
    // Read before the groups: of a change in between, the next call then knows.
    long version = fleet.version();
    Instant now = clock.instant();
    Kept known = kept;
    if (!known.holds(version, now)) {
      known = make(version, now);
      kept = known;
    }
    return known.reply();
  }

  private Kept make(long version, Instant now) {
    NodeGroupsResponse.Builder reply = NodeGroupsResponse.newBuilder();
    List<GroupSnapshot> groups = fleet.groups();
    Instant until = Instant.MAX;
    for (GroupSnapshot group : groups) {
      PerGroup.Kept<GroupReplies> one = replies.of(group, now);
      reply.addNodeGroups(one.value().description());
      until = one.until().isBefore(until) ? one.until() : until;
    }
    replies.keepOnly(groups);
    return new Kept(version, now, until, reply.build());
  }
}
