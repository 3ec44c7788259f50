package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GetAvailableGPUTypesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceErrorInfo;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus;
import clusterautoscaler.cloudprovider.v1.externalgrpc.LegacyDuration;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptions;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingPodPriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingPodPriceResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshResponse;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every message of the contract against bytes written by hand, read and written. What releases up
 * to 1.34 and from 1.35 on put otherwise stands here once for each.
 */
class WireMessagesTest {
  private static final long SECOND = 1_000_000_000L;

  /**
   * A message in both forms.
   *
   * @param generation who speaks so
   */
  record Golden(String generation, Message message, Wire bytes) {
    @Override
    public String toString() {
      return message.getDescriptorForType().getName() + " of " + generation;
    }
  }

  private static Golden every(Message message, Wire bytes) {
    return new Golden("every CA", message, bytes);
  }

  private static Golden old(Message message, Wire bytes) {
    return new Golden("CA up to 1.34", message, bytes);
  }

  private static Golden young(Message message, Wire bytes) {
    return new Golden("CA from 1.35 on", message, bytes);
  }

  private static ExternalGrpcNode node() {
    return ExternalGrpcNode.newBuilder()
        .setProviderID("k3s://a")
        .setName("a")
        .putLabels("zone", "attic")
        .putAnnotations("note", "new")
        .build();
  }

  private static Wire nodeBytes() {
    return new Wire()
        .text(1, "k3s://a")
        .text(2, "a")
        .entry(3, "zone", "attic")
        .entry(4, "note", "new");
  }

  private static Timestamp time(long seconds, int nanos) {
    return Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }

  private static Wire timeBytes(long seconds, int nanos) {
    return new Wire().int64(1, seconds).int32(2, nanos);
  }

  private static Duration span(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  private static LegacyDuration legacy(long seconds) {
    return LegacyDuration.newBuilder().setDuration(seconds * SECOND).build();
  }

  private static Wire seconds(long seconds) {
    return new Wire().int64(1, seconds);
  }

  private static NodeGroupAutoscalingOptions.Builder thresholds() {
    return NodeGroupAutoscalingOptions.newBuilder()
        .setScaleDownUtilizationThreshold(0.5)
        .setScaleDownGpuUtilizationThreshold(0.25);
  }

  private static NodeGroupAutoscalingOptions oldOptions() {
    return thresholds()
        .setScaleDownUnneededTime(legacy(600))
        .setScaleDownUnreadyTime(legacy(1200))
        .setMaxNodeProvisionTime(legacy(900))
        .build();
  }

  private static Wire oldOptionsBytes() {
    return new Wire()
        .real(1, 0.5)
        .real(2, 0.25)
        .message(3, seconds(600 * SECOND))
        .message(4, seconds(1200 * SECOND))
        .message(5, seconds(900 * SECOND));
  }

  private static NodeGroupAutoscalingOptions youngOptions() {
    return thresholds()
        .setZeroOrMaxNodeScaling(true)
        .setIgnoreDaemonSetsUtilization(true)
        .setScaleDownUnneededDuration(span(600))
        .setScaleDownUnreadyDuration(span(1200))
        .setMaxNodeProvisionDuration(span(900))
        .build();
  }

  private static Wire youngOptionsBytes() {
    return new Wire()
        .real(1, 0.5)
        .real(2, 0.25)
        .truth(6, true)
        .truth(7, true)
        .message(8, seconds(600))
        .message(9, seconds(1200))
        .message(10, seconds(900));
  }

  static Stream<Golden> differing() {
    ByteString pod = ByteString.copyFromUtf8("pod");
    ByteString drawn = ByteString.copyFromUtf8("node");
    return Stream.of(
        old(
            PricingNodePriceRequest.newBuilder()
                .setNode(node())
                .setStartTime(time(1000, 5))
                .setEndTime(time(4600, 6))
                .build(),
            new Wire()
                .message(1, nodeBytes())
                .message(2, timeBytes(1000, 5))
                .message(3, timeBytes(4600, 6))),
        young(
            PricingNodePriceRequest.newBuilder()
                .setNode(node())
                .setStartTimestamp(time(1000, 5))
                .setEndTimestamp(time(4600, 6))
                .build(),
            new Wire()
                .message(1, nodeBytes())
                .message(4, timeBytes(1000, 5))
                .message(5, timeBytes(4600, 6))),
        old(
            PricingPodPriceRequest.newBuilder()
                .setPod(pod)
                .setStartTime(time(1000, 5))
                .setEndTime(time(4600, 6))
                .build(),
            new Wire().bytes(1, pod).message(2, timeBytes(1000, 5)).message(3, timeBytes(4600, 6))),
        young(
            PricingPodPriceRequest.newBuilder()
                .setPodBytes(pod)
                .setStartTimestamp(time(1000, 5))
                .setEndTimestamp(time(4600, 6))
                .build(),
            new Wire().bytes(4, pod).message(5, timeBytes(1000, 5)).message(6, timeBytes(4600, 6))),
        old(
            NodeGroupTemplateNodeInfoResponse.newBuilder().setNodeInfo(drawn).build(),
            new Wire().bytes(1, drawn)),
        young(
            NodeGroupTemplateNodeInfoResponse.newBuilder().setNodeBytes(drawn).build(),
            new Wire().bytes(2, drawn)),
        old(oldOptions(), oldOptionsBytes()),
        young(youngOptions(), youngOptionsBytes()),
        old(
            NodeGroupAutoscalingOptionsRequest.newBuilder()
                .setId("rack")
                .setDefaults(oldOptions())
                .build(),
            new Wire().text(1, "rack").message(2, oldOptionsBytes())),
        young(
            NodeGroupAutoscalingOptionsRequest.newBuilder()
                .setId("rack")
                .setDefaults(youngOptions())
                .build(),
            new Wire().text(1, "rack").message(2, youngOptionsBytes())),
        old(
            NodeGroupAutoscalingOptionsResponse.newBuilder()
                .setNodeGroupAutoscalingOptions(oldOptions())
                .build(),
            new Wire().message(1, oldOptionsBytes())),
        young(
            NodeGroupAutoscalingOptionsResponse.newBuilder()
                .setNodeGroupAutoscalingOptions(youngOptions())
                .build(),
            new Wire().message(1, youngOptionsBytes())));
  }

  static Stream<Golden> lasting() {
    NodeGroup group =
        NodeGroup.newBuilder().setId("rack").setMinSize(1).setMaxSize(3).setDebug("words").build();
    Wire groupBytes = new Wire().text(1, "rack").int32(2, 1).int32(3, 3).text(4, "words");
    InstanceErrorInfo error =
        InstanceErrorInfo.newBuilder()
            .setErrorCode("BootTimeout")
            .setErrorMessage("not Ready")
            .setInstanceErrorClass(99)
            .build();
    Wire errorBytes = new Wire().text(1, "BootTimeout").text(2, "not Ready").int32(3, 99);
    InstanceStatus status =
        InstanceStatus.newBuilder()
            .setInstanceState(InstanceStatus.InstanceState.instanceCreating)
            .setErrorInfo(error)
            .build();
    Wire statusBytes = new Wire().int32(1, 2).message(2, errorBytes);
    Instance instance = Instance.newBuilder().setId("k3s://a").setStatus(status).build();
    Wire instanceBytes = new Wire().text(1, "k3s://a").message(2, statusBytes);
    Wire rack = new Wire().text(1, "rack");
    return Stream.of(
        every(group, groupBytes),
        every(node(), nodeBytes()),
        every(error, errorBytes),
        every(status, statusBytes),
        every(instance, instanceBytes),
        every(legacy(600), seconds(600 * SECOND)),
        every(NodeGroupsRequest.getDefaultInstance(), new Wire()),
        every(
            NodeGroupsResponse.newBuilder().addNodeGroups(group).build(),
            new Wire().message(1, groupBytes)),
        every(
            NodeGroupForNodeRequest.newBuilder().setNode(node()).build(),
            new Wire().message(1, nodeBytes())),
        every(
            NodeGroupForNodeResponse.newBuilder().setNodeGroup(group).build(),
            new Wire().message(1, groupBytes)),
        every(PricingNodePriceResponse.newBuilder().setPrice(0.5).build(), new Wire().real(1, 0.5)),
        every(PricingPodPriceResponse.newBuilder().setPrice(0.5).build(), new Wire().real(1, 0.5)),
        every(GPULabelRequest.getDefaultInstance(), new Wire()),
        every(
            GPULabelResponse.newBuilder().setLabel("accelerator").build(),
            new Wire().text(1, "accelerator")),
        every(GetAvailableGPUTypesRequest.getDefaultInstance(), new Wire()),
        every(
            GetAvailableGPUTypesResponse.newBuilder()
                .putGpuTypes("t4", Any.getDefaultInstance())
                .build(),
            new Wire().message(1, new Wire().text(1, "t4").message(2, new Wire()))),
        every(CleanupRequest.getDefaultInstance(), new Wire()),
        every(CleanupResponse.getDefaultInstance(), new Wire()),
        every(RefreshRequest.getDefaultInstance(), new Wire()),
        every(RefreshResponse.getDefaultInstance(), new Wire()),
        every(NodeGroupTargetSizeRequest.newBuilder().setId("rack").build(), rack),
        every(
            NodeGroupTargetSizeResponse.newBuilder().setTargetSize(2).build(),
            new Wire().int32(1, 2)),
        every(
            NodeGroupIncreaseSizeRequest.newBuilder().setDelta(2).setId("rack").build(),
            new Wire().int32(1, 2).text(2, "rack")),
        every(NodeGroupIncreaseSizeResponse.getDefaultInstance(), new Wire()),
        every(
            NodeGroupDeleteNodesRequest.newBuilder().addNodes(node()).setId("rack").build(),
            new Wire().message(1, nodeBytes()).text(2, "rack")),
        every(NodeGroupDeleteNodesResponse.getDefaultInstance(), new Wire()),
        every(
            NodeGroupDecreaseTargetSizeRequest.newBuilder().setDelta(-1).setId("rack").build(),
            new Wire().int32(1, -1).text(2, "rack")),
        every(NodeGroupDecreaseTargetSizeResponse.getDefaultInstance(), new Wire()),
        every(NodeGroupNodesRequest.newBuilder().setId("rack").build(), rack),
        every(
            NodeGroupNodesResponse.newBuilder().addInstances(instance).build(),
            new Wire().message(1, instanceBytes)),
        every(NodeGroupTemplateNodeInfoRequest.newBuilder().setId("rack").build(), rack));
  }

  static Stream<Golden> all() {
    return Stream.concat(differing(), lasting());
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_message_is_read_from_and_written_to_these_bytes(Golden golden) throws Exception {
    ByteString bytes = golden.bytes().bytes();
    assertThat(golden.message().toByteString()).isEqualTo(bytes);
    Message read = golden.message().getParserForType().parseFrom(bytes);
    assertThat(read).isEqualTo(golden.message());
    assertThat(read.getUnknownFields().asMap()).isEmpty();
  }

  @Test
  void no_message_of_the_contract_is_left_out() {
    Set<String> contract =
        NodeGroup.getDescriptor().getFile().getMessageTypes().stream()
            .map(type -> type.getName())
            .collect(Collectors.toSet());
    assertThat(all().map(golden -> golden.message().getDescriptorForType().getName()))
        .containsAll(contract);
  }
}
