package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;

import clusterautoscaler.cloudprovider.v1.externalgrpc.LegacyDuration;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.homelab.autoscaler.cloudprovider.ProviderException.Code;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.junit.jupiter.api.Test;

class GroupOptionsTest {
  private static final NodeGroupAutoscalingOptions FLAGS =
      NodeGroupAutoscalingOptions.newBuilder()
          .setScaleDownUtilizationThreshold(0.6)
          .setScaleDownGpuUtilizationThreshold(0.7)
          .setIgnoreDaemonSetsUtilization(true)
          .setScaleDownUnneededDuration(Times.minutes(11))
          .setScaleDownUnreadyDuration(Times.minutes(21))
          .setMaxNodeProvisionDuration(Times.minutes(16))
          .build();

  private static GroupPolicy.Options unneeded(Duration time) {
    GroupPolicy.Options none = GroupPolicy.Options.NONE;
    return new GroupPolicy.Options(
        none.scaleDownUtilizationThreshold(),
        none.scaleDownGpuUtilizationThreshold(),
        Optional.of(time),
        none.scaleDownUnreadyTime(),
        none.maxNodeProvisionTime(),
        none.zeroOrMaxNodeScaling(),
        none.ignoreDaemonSetsUtilization());
  }

  private static Rack overriding(GroupPolicy.Options options) {
    return new Rack().group(GROUP, 0, OptionalInt.empty(), options);
  }

  private static NodeGroupAutoscalingOptions ask(Rack rack, NodeGroupAutoscalingOptions defaults) {
    return rack.provider
        .nodeGroupGetOptions(
            NodeGroupAutoscalingOptionsRequest.newBuilder()
                .setId(GROUP)
                .setDefaults(defaults)
                .build())
        .getNodeGroupAutoscalingOptions();
  }

  @Test
  void c90_without_an_override_cas_own_flags_hold() {
    Refused.with(Code.UNIMPLEMENTED, () -> ask(Rack.standard().ready("m1"), FLAGS));
  }

  @Test
  void c91_one_override_brings_all_options_in_both_generations() {
    NodeGroupAutoscalingOptions options =
        ask(overriding(unneeded(Duration.ofMinutes(30))).ready("m1").off("m2"), FLAGS);
    assertThat(options)
        .isEqualTo(
            FLAGS.toBuilder()
                .setScaleDownUnneededDuration(Times.minutes(30))
                .setScaleDownUnneededTime(Times.legacyMinutes(30))
                .setScaleDownUnreadyTime(Times.legacyMinutes(21))
                .setMaxNodeProvisionTime(Times.legacyMinutes(16))
                .build());
  }

  @Test
  void c91_every_option_can_be_overridden() {
    var all =
        new GroupPolicy.Options(
            OptionalDouble.of(0.1),
            OptionalDouble.of(0.2),
            Optional.of(Duration.ofMinutes(1)),
            Optional.of(Duration.ofMinutes(2)),
            Optional.of(Duration.ofMinutes(3)),
            Optional.of(true),
            Optional.of(false));
    assertThat(ask(overriding(all), FLAGS))
        .isEqualTo(
            NodeGroupAutoscalingOptions.newBuilder()
                .setScaleDownUtilizationThreshold(0.1)
                .setScaleDownGpuUtilizationThreshold(0.2)
                .setScaleDownUnneededTime(Times.legacyMinutes(1))
                .setScaleDownUnreadyTime(Times.legacyMinutes(2))
                .setMaxNodeProvisionTime(Times.legacyMinutes(3))
                .setZeroOrMaxNodeScaling(true)
                .setIgnoreDaemonSetsUtilization(false)
                .setScaleDownUnneededDuration(Times.minutes(1))
                .setScaleDownUnreadyDuration(Times.minutes(2))
                .setMaxNodeProvisionDuration(Times.minutes(3))
                .build());
  }

  @Test
  void c92_the_defaults_of_an_old_ca_are_read() {
    var old =
        NodeGroupAutoscalingOptions.newBuilder()
            .setScaleDownUnreadyTime(Times.legacyMinutes(25))
            .setMaxNodeProvisionTime(Times.legacyMinutes(12))
            .build();
    NodeGroupAutoscalingOptions options = ask(overriding(unneeded(Duration.ofHours(1))), old);
    assertThat(options.getScaleDownUnreadyDuration()).isEqualTo(Times.minutes(25));
    assertThat(options.getScaleDownUnreadyTime()).isEqualTo(Times.legacyMinutes(25));
    assertThat(options.getMaxNodeProvisionDuration()).isEqualTo(Times.minutes(12));
  }

  @Test
  void c93_without_defaults_in_the_request_those_of_ca_itself_hold() {
    Rack rack = overriding(unneeded(Duration.ofHours(1)));
    NodeGroupAutoscalingOptions options =
        rack.provider
            .nodeGroupGetOptions(
                NodeGroupAutoscalingOptionsRequest.newBuilder().setId(GROUP).build())
            .getNodeGroupAutoscalingOptions();
    assertThat(options.getScaleDownUtilizationThreshold()).isEqualTo(0.5);
    assertThat(options.getScaleDownUnneededDuration()).isEqualTo(Times.minutes(60));
    assertThat(options.getScaleDownUnreadyDuration()).isEqualTo(Times.minutes(20));
    assertThat(options.getMaxNodeProvisionDuration()).isEqualTo(Times.minutes(15));
  }

  @Test
  void c94_the_options_of_an_unknown_group_are_not_found() {
    Rack rack = Rack.standard();
    Refused.with(
        Code.NOT_FOUND,
        () ->
            rack.provider.nodeGroupGetOptions(
                NodeGroupAutoscalingOptionsRequest.newBuilder().setId("attic").build()));
  }

  @Test
  void c95_no_duration_is_ever_zero_or_less() {
    var broken =
        NodeGroupAutoscalingOptions.newBuilder()
            .setScaleDownUnreadyDuration(Times.seconds(-5))
            .setScaleDownUnreadyTime(LegacyDuration.newBuilder().setDuration(-1))
            .setMaxNodeProvisionDuration(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(Long.MAX_VALUE)
                    .setNanos(Integer.MAX_VALUE))
            .build();
    NodeGroupAutoscalingOptions options = ask(overriding(unneeded(Duration.ofHours(1))), broken);
    assertThat(options.getScaleDownUnreadyDuration()).isEqualTo(Times.minutes(20));
    assertThat(options.getMaxNodeProvisionDuration()).isEqualTo(Times.minutes(15));
  }

  @Test
  void while_a_machine_is_on_its_way_cas_own_flags_hold() {
    Rack rack = overriding(unneeded(Duration.ofHours(1))).ready("m1").off("m2");
    assertThat(ask(rack, FLAGS)).isNotNull();
    rack.increase(1);
    Refused.with(Code.UNIMPLEMENTED, () -> ask(rack, FLAGS));
    rack.booting("m2");
    Refused.with(Code.UNIMPLEMENTED, () -> ask(rack, FLAGS));
  }
}
