package org.homelab.autoscaler.cloudprovider;

import java.util.List;
import org.homelab.autoscaler.api.PowerState;

/** Plans the power-on of exactly as many machines as were asked for, or refuses. */
final class IncreaseSize {
  private static final String WHY = "the Cluster Autoscaler increased group ";

  private IncreaseSize() {}

  static List<PowerIntent> plan(GroupView group, int delta) {
    if (delta <= 0) {
      throw new ProviderException.InvalidArgument("delta is " + delta + ", must be above zero");
    }
    group.refusal().ifPresent(IncreaseSize::refuse);
    if (group.target() >= group.ceiling()) {
      throw new ProviderException.FailedPrecondition(
          "group %s has target size %d, its maximum is %d"
              .formatted(group.id(), group.target(), group.ceiling()));
    }
    long wanted = (long) group.target() + delta;
    if (wanted > group.ceiling()) {
      throw new ProviderException.OutOfRange(
          "group %s has target size %d and maximum %d, %d more are too many"
              .formatted(group.id(), group.target(), group.ceiling(), delta));
    }
    List<Member> available = group.standing(Standing.AVAILABLE);
    if (available.size() < delta) {
      throw new ProviderException.ResourceExhausted(
          "group %s has %d machines to power on, not %d; off limits: [%s]"
              .formatted(group.id(), available.size(), delta, group.unavailable()));
    }
    return available.stream()
        .limit(delta)
        .map(member -> new PowerIntent(member.machine(), PowerState.ON, WHY + group.id()))
        .toList();
  }

  private static void refuse(String why) {
    throw new ProviderException.FailedPrecondition(why);
  }
}
