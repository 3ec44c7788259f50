package org.homelab.autoscaler.cloudprovider;

import java.time.Instant;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.power.PowerPolicy;

/**
 * The sizes of a group as the Cluster Autoscaler is told them.
 *
 * @param target machines that are asked for
 */
public record GroupSizes(int min, int max, int target) {

  /** The sizes at that instant. */
  public static GroupSizes of(GroupSnapshot group, PowerPolicy.Defaults defaults, Instant now) {
    GroupView view = GroupView.of(group, defaults, now);
    return new GroupSizes(view.minSize(), view.maxSize(), view.target());
  }
}
