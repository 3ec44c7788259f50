package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.LegacyDuration;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.GroupSnapshot;

/**
 * Answers which of the Cluster Autoscaler's options a group overrides. Once it overrides one, all
 * are sent, in both generations: CA takes an absent one for zero.
 */
final class GroupOptions {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /** CA's own defaults, for a request that brings none. */
  static final NodeGroupAutoscalingOptions CA_DEFAULTS =
      NodeGroupAutoscalingOptions.newBuilder()
          .setScaleDownUtilizationThreshold(0.5)
          .setScaleDownGpuUtilizationThreshold(0.5)
          .setScaleDownUnneededDuration(wire(Duration.ofMinutes(10)))
          .setScaleDownUnreadyDuration(wire(Duration.ofMinutes(20)))
          .setMaxNodeProvisionDuration(wire(Duration.ofMinutes(15)))
          .build();

  private GroupOptions() {}

  /**
   * The group's options.
   *
   * @param view what has become of its machines, drawn only for a group that overrides something:
   *     CA asks every group twice for each Kubernetes node
   * @throws ProviderException.Unimplemented if it overrides none; and while a machine of it is on
   *     its way, because CA 1.35 and 1.36 take a booting machine for broken as soon as any option
   *     is answered, and then start another
   */
  static NodeGroupAutoscalingOptions of(
      GroupSnapshot group, Supplier<GroupView> view, NodeGroupAutoscalingOptions defaults) {
    GroupPolicy.Options own = group.policy().options();
    if (own.equals(GroupPolicy.Options.NONE)) {
      throw new ProviderException.Unimplemented("group " + group.id() + " overrides no option");
    }
    if (view.get().members().stream().anyMatch(member -> member.standing().creating())) {
      throw new ProviderException.Unimplemented(
          "group "
              + group.id()
              + " has a machine on its way; its options hold again once it is on");
    }
    Duration unneeded =
        span(
            own.scaleDownUnneededTime(),
            defaults.getScaleDownUnneededDuration(),
            defaults.getScaleDownUnneededTime(),
            CA_DEFAULTS.getScaleDownUnneededDuration());
    Duration unready =
        span(
            own.scaleDownUnreadyTime(),
            defaults.getScaleDownUnreadyDuration(),
            defaults.getScaleDownUnreadyTime(),
            CA_DEFAULTS.getScaleDownUnreadyDuration());
    Duration provision =
        span(
            own.maxNodeProvisionTime(),
            defaults.getMaxNodeProvisionDuration(),
            defaults.getMaxNodeProvisionTime(),
            CA_DEFAULTS.getMaxNodeProvisionDuration());
    return NodeGroupAutoscalingOptions.newBuilder()
        .setScaleDownUtilizationThreshold(
            own.scaleDownUtilizationThreshold().orElse(defaults.getScaleDownUtilizationThreshold()))
        .setScaleDownGpuUtilizationThreshold(
            own.scaleDownGpuUtilizationThreshold()
                .orElse(defaults.getScaleDownGpuUtilizationThreshold()))
        .setZeroOrMaxNodeScaling(
            own.zeroOrMaxNodeScaling().orElse(defaults.getZeroOrMaxNodeScaling()))
        .setIgnoreDaemonSetsUtilization(
            own.ignoreDaemonSetsUtilization().orElse(defaults.getIgnoreDaemonSetsUtilization()))
        .setScaleDownUnneededDuration(wire(unneeded))
        .setScaleDownUnneededTime(legacy(unneeded))
        .setScaleDownUnreadyDuration(wire(unready))
        .setScaleDownUnreadyTime(legacy(unready))
        .setMaxNodeProvisionDuration(wire(provision))
        .setMaxNodeProvisionTime(legacy(provision))
        .build();
  }

  private static Duration span(
      Optional<Duration> own,
      com.google.protobuf.Duration given,
      LegacyDuration givenLegacy,
      com.google.protobuf.Duration otherwise) {
    return own.or(() -> positive(given))
        .or(() -> positive(givenLegacy))
        .orElseGet(() -> positive(otherwise).orElseThrow());
  }

  private static Optional<Duration> positive(com.google.protobuf.Duration span) {
    boolean sensible =
        span.getSeconds() >= 0
            && span.getSeconds() < LONGEST.toSeconds()
            && span.getNanos() >= 0
            && span.getSeconds() + span.getNanos() > 0;
    return sensible
        ? Optional.of(Duration.ofSeconds(span.getSeconds(), span.getNanos()))
        : Optional.empty();
  }

  private static Optional<Duration> positive(LegacyDuration span) {
    return Optional.of(span.getDuration()).filter(nanos -> nanos > 0).map(Duration::ofNanos);
  }

  private static com.google.protobuf.Duration wire(Duration span) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(span.getSeconds())
        .setNanos(span.getNano())
        .build();
  }

  private static LegacyDuration legacy(Duration span) {
    return LegacyDuration.newBuilder().setDuration(span.toNanos()).build();
  }
}
