package org.homelab.autoscaler.cloudprovider;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.PowerState;

/**
 * Plans to give up machines that were asked for and will not come: those whose power-on failed
 * first, then those whose power-on has not begun, the last picked first. Whatever has begun or
 * stands is left alone.
 */
final class DecreaseTargetSize {
  private static final String WHY = "the Cluster Autoscaler gave up an increase of group ";

  private DecreaseTargetSize() {}

  static List<PowerIntent> plan(GroupView group, int delta) {
    if (delta >= 0) {
      throw new ProviderException.InvalidArgument("delta is " + delta + ", must be below zero");
    }
    long count = -(long) delta;
    List<Member> failed = group.standing(Standing.FAILED);
    List<Member> queued = new ArrayList<>(group.standing(Standing.QUEUED));
    Collections.reverse(queued);
    if (count > failed.size() + queued.size()) {
      throw new ProviderException.FailedPrecondition(
          "group %s has %d machines that can still be given up, not %d"
              .formatted(group.id(), failed.size() + queued.size(), count));
    }
    if (count > failed.size() && group.target() - count < group.floor()) {
      throw new ProviderException.FailedPrecondition(
          "group %s has target size %d and minimum %d, %d fewer are too few"
              .formatted(group.id(), group.target(), group.floor(), count));
    }
    return Stream.concat(failed.stream(), queued.stream())
        .limit(count)
        .map(member -> new PowerIntent(member.machine(), PowerState.OFF, WHY + group.id()))
        .toList();
  }
}
