package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.homelab.autoscaler.cloudprovider.Rack.GROUP;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CleanupResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupAutoscalingOptionsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.homelab.autoscaler.camel.GrpcErrors;
import org.homelab.autoscaler.testing.Ports;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.Test;

/** The shipped route, the real service and a client, with a TCP port between them. */
class CloudProviderPortTest extends CamelTestSupport {
  private final int port = Ports.free();
  private final Rack rack = Rack.standard().ready("m1").off("m2");

  @Override
  protected CamelContext createCamelContext() throws Exception {
    CamelContext context = super.createCamelContext();
    Properties properties = new Properties();
    properties.setProperty("homelab.grpc.enabled", "true");
    properties.setProperty("homelab.grpc.host", "127.0.0.1");
    properties.setProperty("homelab.grpc.port", Integer.toString(port));
    properties.setProperty("homelab.grpc.negotiation", "PLAINTEXT");
    context.getPropertiesComponent().setOverrideProperties(properties);
    context.getRegistry().bind("cloudProvider", rack.provider);
    context.getRegistry().bind("grpcErrors", new GrpcErrors());
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            ResourceHelper.resolveResource(context, "file:routes/failures.camel.yaml"),
            ResourceHelper.resolveResource(context, "file:routes/cloud-provider.camel.yaml"));
    return context;
  }

  private static Status refused(ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
  }

  @Test
  void c130_c23_c50_an_increase_and_a_deletion_are_told_in_the_next_answer() {
    try (ProviderClient ca = new ProviderClient(port)) {
      ca.refresh();
      assertThat(ca.groups()).extracting(NodeGroup::getId).containsExactly(GROUP);
      assertThat(ca.targetSize(GROUP)).isOne();
      ca.increase(GROUP, 1);
      assertThat(ca.targetSize(GROUP)).isEqualTo(2);
      assertThat(ca.instances(GROUP))
          .extracting(Instance::getId)
          .containsExactly("homelab://m1", "homelab://m2");
      ca.delete(GROUP, Rack.node("m1"));
      assertThat(ca.targetSize(GROUP)).isOne();
      assertThat(ca.groupFor(Rack.node("m1"))).isEqualTo(GROUP);
      assertThat(ca.groupFor(Rack.node("stranger"))).isEmpty();
      assertThat(ca.stub().gPULabel(GPULabelRequest.getDefaultInstance()).getLabel())
          .isEqualTo("accelerator");
    }
  }

  @Test
  void a_refusal_arrives_with_its_code_and_its_words() {
    try (ProviderClient ca = new ProviderClient(port)) {
      var attic = NodeGroupTargetSizeRequest.newBuilder().setId("attic").build();
      Status unknown = refused(() -> ca.stub().nodeGroupTargetSize(attic));
      assertThat(unknown.getCode()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(unknown.getDescription()).isEqualTo("no group attic");

      var nobody = NodeGroupForNodeRequest.getDefaultInstance();
      assertThat(refused(() -> ca.stub().nodeGroupForNode(nobody)).getCode())
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      var options = NodeGroupAutoscalingOptionsRequest.newBuilder().setId(GROUP).build();
      assertThat(refused(() -> ca.options(options)).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(refused(() -> ca.template(GROUP)).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(refused(() -> ca.increase(GROUP, 2)).getCode())
          .isEqualTo(Status.Code.OUT_OF_RANGE);
      assertThat(refused(() -> ca.decrease(GROUP, -1)).getCode())
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
    }
  }

  @Test
  void c27_too_few_machines_is_resource_exhausted() {
    rack.machine(declared("m2").status(Statuses.offAfterFailure(rack.now(), 3)));
    try (ProviderClient ca = new ProviderClient(port)) {
      assertThat(refused(() -> ca.increase(GROUP, 1)).getCode())
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }
  }

  @Test
  void before_the_first_sync_the_port_answers_unavailable() {
    rack.synced = false;
    try (ProviderClient ca = new ProviderClient(port)) {
      assertThat(refused(ca::refresh).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      rack.synced = true;
      ca.refresh();
    }
  }

  @Test
  void c139_an_unknown_method_is_unimplemented() {
    MethodDescriptor<CleanupRequest, CleanupResponse> unknown =
        CloudProviderGrpc.getCleanupMethod().toBuilder()
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(CloudProviderGrpc.SERVICE_NAME, "Explode"))
            .build();
    try (ProviderClient ca = new ProviderClient(port)) {
      Status status =
          refused(
              () ->
                  ClientCalls.blockingUnaryCall(
                      ca.stub().getChannel(),
                      unknown,
                      CallOptions.DEFAULT.withWaitForReady(),
                      CleanupRequest.getDefaultInstance()));
      assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }
  }

  @Test
  void a_call_whose_route_was_taken_away_is_unimplemented_at_once() throws Exception {
    context.getRouteController().stopRoute("cleanup");
    try (ProviderClient ca = new ProviderClient(port)) {
      assertThat(refused(() -> ca.stub().cleanup(CleanupRequest.getDefaultInstance())).getCode())
          .isEqualTo(Status.Code.UNIMPLEMENTED);
    }
  }

  @Test
  void an_answer_of_the_wrong_type_never_reaches_the_caller() throws Exception {
    AdviceWith.adviceWith(
        context,
        "cleanup",
        route -> route.weaveByType(BeanDefinition.class).replace().setBody().constant("done"));
    AdviceWith.adviceWith(
        context,
        "node-group-target-size",
        route -> route.weaveByType(BeanDefinition.class).replace().log("no answer is set"));
    try (ProviderClient ca = new ProviderClient(port)) {
      assertThat(refused(() -> ca.stub().cleanup(CleanupRequest.getDefaultInstance())).getCode())
          .isEqualTo(Status.Code.INTERNAL);
      assertThat(refused(() -> ca.targetSize(GROUP)).getCode()).isEqualTo(Status.Code.INTERNAL);
    }
  }
}
