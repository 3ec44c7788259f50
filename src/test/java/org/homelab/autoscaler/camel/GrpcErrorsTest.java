package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc.CloudProviderBlockingStub;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.GPULabelResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.homelab.autoscaler.cloudprovider.ProviderException;
import org.homelab.autoscaler.testing.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GrpcErrorsTest extends CamelTestSupport {
  private final int port = Ports.free();
  private final AtomicReference<Work> answer = new AtomicReference<>(exchange -> {});
  private ManagedChannel channel;
  private CloudProviderBlockingStub provider;

  interface Work {
    void on(Exchange exchange) throws Exception;
  }

  @Override
  protected CamelContext createCamelContext() throws Exception {
    CamelContext context = super.createCamelContext();
    context.getRegistry().bind("grpcErrors", new GrpcErrors());
    return context;
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        errorHandler(noErrorHandler());
        from("grpc:127.0.0.1:"
                + port
                + "/clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProvider?synchronous=true")
            .toD("direct:rpc-${header.CamelGrpcMethodName}?block=false");
        from("direct:rpc-nodeGroups").process(exchange -> answer.get().on(exchange));
        from("direct:rpc-refresh").setBody(constant(RefreshResponse.getDefaultInstance()));
      }
    };
  }

  @BeforeEach
  void connect() {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    provider = CloudProviderGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void letsAnswersThrough() {
    NodeGroupsResponse groups =
        NodeGroupsResponse.newBuilder().addNodeGroups(NodeGroup.newBuilder().setId("rack")).build();
    answer.set(exchange -> exchange.getMessage().setBody(groups));
    assertThat(provider.nodeGroups(NodeGroupsRequest.getDefaultInstance())).isEqualTo(groups);
    assertThat(provider.refresh(RefreshRequest.getDefaultInstance()))
        .isEqualTo(RefreshResponse.getDefaultInstance());
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(new ProviderException.InvalidArgument("m"), Status.Code.INVALID_ARGUMENT),
        Arguments.of(new ProviderException.NotFound("m"), Status.Code.NOT_FOUND),
        Arguments.of(
            new ProviderException.FailedPrecondition("m"), Status.Code.FAILED_PRECONDITION),
        Arguments.of(new ProviderException.OutOfRange("m"), Status.Code.OUT_OF_RANGE),
        Arguments.of(new ProviderException.ResourceExhausted("m"), Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(new ProviderException.Unimplemented("m"), Status.Code.UNIMPLEMENTED),
        Arguments.of(new ProviderException.Unavailable("m"), Status.Code.UNAVAILABLE),
        Arguments.of(new ProviderException.Aborted("m"), Status.Code.ABORTED),
        Arguments.of(new ProviderException.Internal("m"), Status.Code.INTERNAL));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void tellsARefusalWithItsKindAndItsWords(ProviderException refusal, Status.Code code) {
    answer.set(
        exchange -> {
          throw refusal;
        });
    assertThat(failure().getCode()).isEqualTo(code);
    assertThat(failure().getDescription()).isEqualTo("m");
  }

  @Test
  void findsARefusalThatCamelHasWrapped() {
    answer.set(
        exchange -> {
          throw new RuntimeCamelException(new ProviderException.NotFound("no group rack"));
        });
    assertThat(failure().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(failure().getDescription()).isEqualTo("no group rack");
  }

  @Test
  void saysThatAnRpcWithoutARouteIsNotOffered() {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> provider.gPULabel(GPULabelRequest.getDefaultInstance()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getStatus().getDescription()).isEqualTo("GPULabel is not offered");
  }

  @Test
  void givesNothingOfAnotherFailureAwayButAnIdThatIsInTheLog() {
    answer.set(
        exchange -> {
          throw new IllegalStateException("password=secret");
        });
    try (LogLines log = new LogLines(GrpcErrors.class)) {
      Status status = failure();
      assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(status.getDescription())
          .matches("internal error [0-9a-f]{8}: the log of homelab-autoscaler says more");
      String id = status.getDescription().substring("internal error ".length()).substring(0, 8);
      assertThat(log.lines())
          .containsExactly(
              "ERROR rpc=NodeGroups failed id=" + id + ": IllegalStateException: password=secret");
    }
  }

  @Test
  void refusesARequestThatComesBackAsTheAnswer() {
    refusesTheAnswer("the route answers with NodeGroupsRequest instead of a NodeGroupsResponse");
  }

  @Test
  void refusesAnAnswerOfAnotherRpcOfAnotherKindOrNone() {
    answer.set(exchange -> exchange.getMessage().setBody(GPULabelResponse.getDefaultInstance()));
    refusesTheAnswer("the route answers with GPULabelResponse instead of a NodeGroupsResponse");
    answer.set(exchange -> exchange.getMessage().setBody("rack"));
    refusesTheAnswer("the route answers with String instead of a NodeGroupsResponse");
    answer.set(exchange -> exchange.getMessage().setBody(null));
    refusesTheAnswer("the route answers with nothing instead of a NodeGroupsResponse");
    answer.set(exchange -> exchange.getMessage().setBody(List.of("rack")));
    refusesTheAnswer("the route answers with String instead of a NodeGroupsResponse");
  }

  private void refusesTheAnswer(String reason) {
    try (LogLines log = new LogLines(GrpcErrors.class)) {
      assertThat(failure().getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(log.lines()).singleElement().asString().endsWith(reason);
    }
  }

  private Status failure() {
    return catchThrowableOfType(
            StatusRuntimeException.class,
            () -> provider.nodeGroups(NodeGroupsRequest.getDefaultInstance()))
        .getStatus();
  }
}
