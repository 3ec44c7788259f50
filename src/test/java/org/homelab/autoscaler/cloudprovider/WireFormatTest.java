package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDecreaseTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingNodePriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.PricingPodPriceRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Taint;
import org.homelab.autoscaler.fleet.Template;
import org.junit.jupiter.api.Test;

/**
 * Old means the Cluster Autoscaler up to 1.34, new means from 1.34.2 on; both are served at once.
 */
class WireFormatTest {
  private static final long MINUTE = 60_000_000_000L;

  private static Wire time(long epochSecond) {
    return new Wire().int64(1, epochSecond);
  }

  private static Wire node(String providerId, String name) {
    return new Wire().text(1, providerId).text(2, name);
  }

  @Test
  void sizes_go_with_the_delta_first_and_may_be_negative() throws Exception {
    Rack rack = Rack.standard().off("m1", "m2");
    var increase = new Wire().int32(1, 2).text(2, GROUP).bytes();
    rack.provider.nodeGroupIncreaseSize(NodeGroupIncreaseSizeRequest.parseFrom(increase));
    assertThat(rack.target()).isEqualTo(2);

    var decrease = new Wire().int32(1, -1).text(2, GROUP).bytes();
    assertThat(decrease.size()).isEqualTo(1 + 10 + 2 + GROUP.length());
    rack.provider.nodeGroupDecreaseTargetSize(
        NodeGroupDecreaseTargetSizeRequest.parseFrom(decrease));
    assertThat(rack.target()).isOne();
  }

  @Test
  void nodes_to_delete_come_before_the_group_with_labels_and_annotations() throws Exception {
    Rack rack = Rack.standard().bootFailed("m1");
    var fake =
        node("homelab://m1", "homelab://m1")
            .entry(3, "a", "b")
            .entry(4, "k8s.io/cluster-autoscaler/fake-node-reason", "create-error");
    var delete = new Wire().message(1, fake).text(2, GROUP).bytes();
    rack.provider.nodeGroupDeleteNodes(NodeGroupDeleteNodesRequest.parseFrom(delete));
    assertThat(rack.target()).isZero();
  }

  @Test
  void groups_and_instances_are_what_every_ca_reads() {
    Rack rack = new Rack().group(GROUP, 0, OptionalInt.of(2)).ready("m1").bootFailed("m2");
    String debug = rack.group().getDebug();
    assertThat(rack.provider.nodeGroups(NodeGroupsRequest.getDefaultInstance()).toByteString())
        .isEqualTo(
            new Wire().message(1, new Wire().text(1, GROUP).int32(3, 2).text(4, debug)).bytes());
    var error = new Wire().text(1, "BootTimeout").text(2, "not Ready within 450 s").int32(3, 99);
    assertThat(
            rack.provider
                .nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId(GROUP).build())
                .toByteString())
        .isEqualTo(
            new Wire()
                .message(1, new Wire().text(1, "homelab://m1").message(2, new Wire().int32(1, 1)))
                .message(
                    1,
                    new Wire()
                        .text(1, "homelab://m2")
                        .message(2, new Wire().int32(1, 2).message(2, error)))
                .bytes());
  }

  @Test
  void a_template_is_a_bare_node_in_the_field_of_either_generation() {
    var resources = Map.of("cpu", "4", "memory", "8Gi", "pods", "50");
    Rack rack = Rack.standard();
    rack.machine(
        declared("m1")
            .template(
                new Template(
                    Map.of("kubernetes.io/arch", "amd64"),
                    List.of(new Taint("dedicated", "batch", "NoSchedule")),
                    resources,
                    resources)));
    ByteString node =
        new Wire()
            .message(
                1,
                new Wire()
                    .text(1, "rack-template")
                    .entry(11, "infra.homecluster.dev/group", "rack")
                    .entry(11, "kubernetes.io/arch", "amd64")
                    .entry(11, "kubernetes.io/os", "linux"))
            .message(
                2,
                new Wire()
                    .text(3, "homelab://rack/template")
                    .message(
                        5, new Wire().text(1, "dedicated").text(2, "batch").text(3, "NoSchedule")))
            .message(
                3,
                new Wire()
                    .quantity(1, "cpu", "4")
                    .quantity(1, "memory", "8Gi")
                    .quantity(1, "pods", "50")
                    .quantity(2, "cpu", "4")
                    .quantity(2, "memory", "8Gi")
                    .quantity(2, "pods", "50")
                    .message(4, new Wire().text(1, "Ready").text(2, "True"))
                    .message(4, new Wire().text(1, "MemoryPressure").text(2, "False"))
                    .message(4, new Wire().text(1, "DiskPressure").text(2, "False"))
                    .message(4, new Wire().text(1, "PIDPressure").text(2, "False"))
                    .message(4, new Wire().text(1, "NetworkUnavailable").text(2, "False"))
                    .message(7, new Wire().text(9, "linux").text(10, "amd64")))
            .bytes();
    assertThat(
            rack.provider
                .nodeGroupTemplateNodeInfo(
                    NodeGroupTemplateNodeInfoRequest.newBuilder().setId(GROUP).build())
                .toByteString())
        .isEqualTo(new Wire().bytes(1, node).bytes(2, node).bytes());
  }

  private static ByteString options(Wire defaults) throws InvalidProtocolBufferException {
    var none = GroupPolicy.Options.NONE;
    var own =
        new GroupPolicy.Options(
            OptionalDouble.of(0.25),
            none.scaleDownGpuUtilizationThreshold(),
            Optional.of(java.time.Duration.ofSeconds(90)),
            none.scaleDownUnreadyTime(),
            none.maxNodeProvisionTime(),
            Optional.of(true),
            none.ignoreDaemonSetsUtilization());
    Rack rack = new Rack().group(GROUP, 0, OptionalInt.empty(), own);
    var request = new Wire().text(1, GROUP).message(2, defaults).bytes();
    NodeGroupAutoscalingOptionsResponse reply =
        rack.provider.nodeGroupGetOptions(NodeGroupAutoscalingOptionsRequest.parseFrom(request));
    return reply.toByteString();
  }

  @Test
  void options_answer_both_generations_whichever_asks() throws Exception {
    Wire old =
        new Wire()
            .real(1, 0.5)
            .real(2, 0.75)
            .message(3, new Wire().int64(1, 10 * MINUTE))
            .message(4, new Wire().int64(1, 20 * MINUTE))
            .message(5, new Wire().int64(1, 15 * MINUTE));
    Wire young =
        new Wire()
            .real(1, 0.5)
            .real(2, 0.75)
            .message(8, new Wire().int64(1, 600))
            .message(9, new Wire().int64(1, 1200))
            .message(10, new Wire().int64(1, 900));
    ByteString expected =
        new Wire()
            .message(
                1,
                new Wire()
                    .real(1, 0.25)
                    .real(2, 0.75)
                    .message(3, new Wire().int64(1, 90_000_000_000L))
                    .message(4, new Wire().int64(1, 20 * MINUTE))
                    .message(5, new Wire().int64(1, 15 * MINUTE))
                    .truth(6, true)
                    .message(8, new Wire().int64(1, 90))
                    .message(9, new Wire().int64(1, 1200))
                    .message(10, new Wire().int64(1, 900)))
            .bytes();
    assertThat(options(old)).isEqualTo(expected);
    assertThat(options(young)).isEqualTo(expected);
  }

  @Test
  void the_price_of_a_node_is_asked_for_in_either_generation() throws Exception {
    Rack rack = Rack.standard().machine(declared("m1").price("0.5", "0.01"));
    Wire node = node("homelab://m1", "m1");
    var old = new Wire().message(1, node).message(2, time(1000)).message(3, time(4600)).bytes();
    var young = new Wire().message(1, node).message(4, time(1000)).message(5, time(4600)).bytes();
    ByteString expected = new Wire().real(1, 0.5).bytes();
    for (ByteString request : List.of(old, young)) {
      assertThat(
              rack.provider
                  .pricingNodePrice(PricingNodePriceRequest.parseFrom(request))
                  .toByteString())
          .isEqualTo(expected);
    }
  }

  @Test
  void the_price_of_a_pod_is_asked_for_in_either_generation() throws Exception {
    Rack rack = Rack.standard();
    rack.machine(declared("m1").price("1", "0.01").template(Templates.worker("4", "8Gi")));
    Wire resources = new Wire().quantity(1, "cpu", "9").quantity(2, "cpu", "2");
    Wire container = new Wire().text(1, "app").text(2, "nginx").message(8, resources);
    ByteString pod =
        new Wire()
            .message(1, new Wire().text(1, "web").text(3, "default"))
            .message(2, new Wire().message(2, container))
            .bytes();
    var old = new Wire().bytes(1, pod).message(2, time(1000)).message(3, time(4600)).bytes();
    var young = new Wire().bytes(4, pod).message(5, time(1000)).message(6, time(4600)).bytes();
    ByteString expected = new Wire().real(1, 0.5).bytes();
    for (ByteString request : List.of(old, young)) {
      assertThat(
              rack.provider
                  .pricingPodPrice(PricingPodPriceRequest.parseFrom(request))
                  .toByteString())
          .isEqualTo(expected);
    }
  }

  @Test
  void who_sends_both_generations_is_read_by_the_new_one() throws Exception {
    Wire both =
        new Wire()
            .real(1, 0.5)
            .real(2, 0.75)
            .message(3, new Wire().int64(1, MINUTE))
            .message(4, new Wire().int64(1, MINUTE))
            .message(5, new Wire().int64(1, MINUTE))
            .message(8, new Wire().int64(1, 600))
            .message(9, new Wire().int64(1, 1200))
            .message(10, new Wire().int64(1, 900));
    var reply = NodeGroupAutoscalingOptionsResponse.parseFrom(options(both));
    assertThat(reply.getNodeGroupAutoscalingOptions().getScaleDownUnreadyDuration().getSeconds())
        .isEqualTo(1200);
    assertThat(reply.getNodeGroupAutoscalingOptions().getMaxNodeProvisionTime().getDuration())
        .isEqualTo(15 * MINUTE);

    Rack rack = Rack.standard().machine(declared("m1").price("0.5", "0.01"));
    Wire request =
        new Wire()
            .message(1, node("homelab://m1", "m1"))
            .message(2, time(1000))
            .message(3, time(1001))
            .message(4, time(1000))
            .message(5, time(4600));
    assertThat(
            rack.provider
                .pricingNodePrice(PricingNodePriceRequest.parseFrom(request.bytes()))
                .getPrice())
        .isEqualTo(0.5);
  }

  @Test
  void a_ca_before_1_29_that_knows_no_provision_time_is_answered_with_one() throws Exception {
    Wire oldest =
        new Wire()
            .real(1, 0.5)
            .real(2, 0.75)
            .message(3, new Wire().int64(1, 10 * MINUTE))
            .message(4, new Wire().int64(1, 20 * MINUTE));
    var reply = NodeGroupAutoscalingOptionsResponse.parseFrom(options(oldest));
    assertThat(reply.getNodeGroupAutoscalingOptions().getMaxNodeProvisionTime().getDuration())
        .isEqualTo(15 * MINUTE);
  }

  @Test
  void c138_fields_that_nobody_knows_yet_are_ignored() throws Exception {
    Rack rack = Rack.standard().off("m1");
    var request = new Wire().int32(1, 1).text(2, GROUP).text(77, "from the future").bytes();
    rack.provider.nodeGroupIncreaseSize(NodeGroupIncreaseSizeRequest.parseFrom(request));
    rack.provider.refresh(RefreshRequest.parseFrom(new Wire().int64(11, 5).bytes()));
    assertThat(rack.target()).isOne();
  }
}
