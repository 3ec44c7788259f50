package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.cloudprovider.ProviderException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each call of the Cluster Autoscaler is answered by the route and the bean method of its name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CloudProviderRoutesTest extends CamelTestSupport {
  private static final String METHOD = "CamelGrpcMethodName";

  private final EmptyProvider provider = new EmptyProvider();

  /** One of the fifteen calls. */
  record Rpc(String name, Message request, Message reply) {
    static Rpc of(MethodDescriptor<?, ?> method) {
      return new Rpc(
          method.getBareMethodName(),
          prototype(method.getRequestMarshaller()),
          prototype(method.getResponseMarshaller()));
    }

    private static Message prototype(MethodDescriptor.Marshaller<?> marshaller) {
      return (Message) ((MethodDescriptor.PrototypeMarshaller<?>) marshaller).getMessagePrototype();
    }

    /** The name that camel-grpc knows it by. */
    String javaName() {
      return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Rpc> rpcs() {
    return CloudProviderGrpc.getServiceDescriptor().getMethods().stream().map(Rpc::of);
  }

  @BeforeEach
  void forgetWhatWasCalled() {
    provider.calls.clear();
    provider.refusal = Optional.empty();
  }

  @Override
  protected CamelContext createCamelContext() throws Exception {
    CamelContext context = super.createCamelContext();
    Properties properties = new Properties();
    properties.setProperty("homelab.grpc.enabled", "true");
    properties.setProperty("homelab.grpc.host", "127.0.0.1");
    properties.setProperty("homelab.grpc.port", "1");
    context.getPropertiesComponent().setOverrideProperties(properties);
    context.getRegistry().bind("cloudProvider", provider);
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            ResourceHelper.resolveResource(context, "file:routes/failures.camel.yaml"),
            ResourceHelper.resolveResource(context, "file:routes/cloud-provider.camel.yaml"));
    AdviceWith.adviceWith(context, "cloud-provider", route -> route.replaceFromWith("direct:in"));
    return context;
  }

  @ParameterizedTest
  @MethodSource("rpcs")
  void eachCallReachesItsOwnMethodAndAnswersWithItsReply(Rpc rpc) {
    Object reply =
        template.requestBodyAndHeader("direct:in", rpc.request(), METHOD, rpc.javaName());
    assertThat(reply).isEqualTo(rpc.reply());
    assertThat(provider.calls).containsExactly(rpc.name());
  }

  @ParameterizedTest
  @MethodSource("rpcs")
  void theServiceHasAMethodForEachCall(Rpc rpc) throws NoSuchMethodException {
    var method = CloudProviderService.class.getMethod(rpc.javaName(), rpc.request().getClass());
    assertThat(method.getReturnType()).isEqualTo(rpc.reply().getClass());
  }

  @Test
  void aMethodWithoutARouteIsRefusedAtOnce() {
    assertThatThrownBy(
            () ->
                template.requestBodyAndHeader(
                    "direct:in", RefreshRequest.getDefaultInstance(), METHOD, "explode"))
        .isInstanceOf(CamelExecutionException.class)
        .hasCauseInstanceOf(DirectConsumerNotAvailableException.class);
  }

  @Test
  void aRefusalReachesTheCallerAsItWasThrown() {
    provider.refusal = Optional.of(new ProviderException.Unavailable("not now"));
    Exchange exchange =
        template.request(
            "direct:in",
            call -> {
              call.getMessage().setHeader(METHOD, "refresh");
              call.getMessage().setBody(RefreshRequest.getDefaultInstance());
            });
    assertThat(exchange.getException()).isSameAs(provider.refusal.get());
  }
}
