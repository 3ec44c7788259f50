package org.homelab.autoscaler.conformance;

import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.UNIMPLEMENTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.conformance.Refusals.refused;

import clusterautoscaler.cloudprovider.v1.externalgrpc.LegacyDuration;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import com.google.protobuf.Duration;
import java.util.List;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/** The options of CA that a group overrides. */
@OverTheWire
class OptionsConformanceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final NodeGroupAutoscalingOptions DEFAULTS =
      NodeGroupAutoscalingOptions.newBuilder()
          .setScaleDownUtilizationThreshold(0.5)
          .setScaleDownGpuUtilizationThreshold(0.75)
          .setScaleDownUnneededDuration(seconds(600))
          .setScaleDownUnreadyDuration(seconds(1200))
          .setMaxNodeProvisionDuration(seconds(900))
          .setIgnoreDaemonSetsUtilization(true)
          .build();

  private final Homelab homelab;
  private final ProviderClient ca;

  OptionsConformanceTest(Homelab homelab) {
    this.homelab = homelab;
    this.ca = homelab.ca();
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  private static LegacyDuration legacy(long seconds) {
    return LegacyDuration.newBuilder().setDuration(seconds * SECOND).build();
  }

  private NodeGroupAutoscalingOptions options(String group, NodeGroupAutoscalingOptions defaults) {
    return ca.options(
            NodeGroupAutoscalingOptionsRequest.newBuilder()
                .setId(group)
                .setDefaults(defaults)
                .build())
        .getNodeGroupAutoscalingOptions();
  }

  @Test
  void c90_a_group_that_overrides_nothing_leaves_the_options_to_ca() {
    homelab.shelf("c90").ready("a");
    refused(UNIMPLEMENTED, () -> options("c90", DEFAULTS));
  }

  @Test
  void c91_one_override_brings_all_options_in_both_generations_the_others_as_ca_has_them() {
    homelab.shelf("c91", "{scaleDownUnneededTime: 90s, zeroOrMaxNodeScaling: true}").ready("a");
    assertThat(options("c91", DEFAULTS))
        .isEqualTo(
            DEFAULTS.toBuilder()
                .setScaleDownUnneededDuration(seconds(90))
                .setScaleDownUnneededTime(legacy(90))
                .setScaleDownUnreadyTime(legacy(1200))
                .setMaxNodeProvisionTime(legacy(900))
                .setZeroOrMaxNodeScaling(true)
                .build());
  }

  @Test
  void c91_while_a_machine_is_on_its_way_cas_own_options_hold_for_the_sake_of_ca_1_35() {
    Shelf shelf = homelab.shelf("c91-boot", "{scaleDownUnneededTime: 90s}").ready("a").off("b");
    options("c91-boot", DEFAULTS);
    ca.increase("c91-boot", 1);
    assertThat(refused(UNIMPLEMENTED, () -> options("c91-boot", DEFAULTS))).contains("on its way");
    assertThat(shelf.target()).isEqualTo(2);
  }

  @Test
  void c92_the_defaults_of_an_old_ca_are_read() {
    homelab.shelf("c92", "{scaleDownUtilizationThreshold: \"0.25\"}");
    NodeGroupAutoscalingOptions old =
        NodeGroupAutoscalingOptions.newBuilder()
            .setScaleDownUtilizationThreshold(0.5)
            .setScaleDownUnneededTime(legacy(61))
            .setScaleDownUnreadyTime(legacy(62))
            .setMaxNodeProvisionTime(legacy(63))
            .build();
    assertThat(options("c92", old))
        .isEqualTo(
            old.toBuilder()
                .setScaleDownUtilizationThreshold(0.25)
                .setScaleDownUnneededDuration(seconds(61))
                .setScaleDownUnreadyDuration(seconds(62))
                .setMaxNodeProvisionDuration(seconds(63))
                .build());
  }

  @Test
  void c93_without_defaults_in_the_request_those_of_ca_itself_hold() {
    homelab.shelf("c93", "{scaleDownUnneededTime: 90s}");
    NodeGroupAutoscalingOptions all =
        ca.options(NodeGroupAutoscalingOptionsRequest.newBuilder().setId("c93").build())
            .getNodeGroupAutoscalingOptions();
    assertThat(all.getScaleDownUtilizationThreshold()).isEqualTo(0.5);
    assertThat(all.getScaleDownGpuUtilizationThreshold()).isEqualTo(0.5);
    assertThat(all.getScaleDownUnneededDuration()).isEqualTo(seconds(90));
    assertThat(all.getScaleDownUnreadyDuration()).isEqualTo(seconds(1200));
    assertThat(all.getMaxNodeProvisionDuration()).isEqualTo(seconds(900));
  }

  @Test
  void c94_the_options_of_an_unknown_group_are_not_found() {
    refused(NOT_FOUND, () -> options("c94-nowhere", DEFAULTS));
  }

  @Test
  void c95_no_duration_is_ever_zero_or_less_whatever_ca_sends() {
    homelab.shelf("c95", "{zeroOrMaxNodeScaling: false}");
    for (long wrong : List.of(0L, -1L, Long.MIN_VALUE / SECOND)) {
      NodeGroupAutoscalingOptions sent =
          options(
              "c95",
              DEFAULTS.toBuilder()
                  .setScaleDownUnneededDuration(seconds(wrong))
                  .setScaleDownUnreadyDuration(seconds(wrong))
                  .setMaxNodeProvisionDuration(seconds(wrong))
                  .setScaleDownUnneededTime(legacy(wrong))
                  .build());
      assertThat(
              List.of(
                  sent.getScaleDownUnneededDuration().getSeconds(),
                  sent.getScaleDownUnreadyDuration().getSeconds(),
                  sent.getMaxNodeProvisionDuration().getSeconds(),
                  sent.getScaleDownUnneededTime().getDuration(),
                  sent.getScaleDownUnreadyTime().getDuration(),
                  sent.getMaxNodeProvisionTime().getDuration()))
          .allMatch(positive -> positive > 0);
    }
  }
}
