package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshResponse;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nobody waits for a route of which nobody knows how long it takes. */
class CallThreadsTest {
  private static final String ROUTE =
      "- route: { id: %s, from: { uri: '%s', steps: [ { setBody: { constant: 'x' } } ] } }%n";

  private final Executor others = task -> {};
  private final CamelContext context = new DefaultCamelContext();

  @BeforeEach
  void start() {
    context.start();
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private CallThreads threads(String... files) throws Exception {
    for (int i = 0; i < files.length; i++) {
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(ResourceHelper.fromString("/folder-" + i + "/same.camel.yaml", files[i]));
    }
    Route server = context.getRoute("server");
    return new CallThreads(Set.of("Refresh"), server, context, others);
  }

  @Test
  void aLookUpIsAnsweredOnTheThreadOfTheConnection() throws Exception {
    CallThreads threads =
        threads(
            ROUTE.formatted("server", "direct:server")
                + ROUTE.formatted("refresh", "direct:rpc-refresh"));
    assertThat(threads.getExecutor(new Call(), new Metadata())).isNotSameAs(others);
  }

  @Test
  void aRouteOfAnotherFolderMayTakeItsTime() throws Exception {
    CallThreads threads =
        threads(
            ROUTE.formatted("server", "direct:server"),
            ROUTE.formatted("refresh", "direct:rpc-refresh"));
    assertThat(threads.getExecutor(new Call(), new Metadata())).isSameAs(others);
  }

  @Test
  void whatIsNoLookUpMayTakeItsTime() throws Exception {
    threads(ROUTE.formatted("server", "direct:server"));
    var threads = new CallThreads(Set.of(), context.getRoute("server"), context, others);
    assertThat(threads.getExecutor(new Call(), new Metadata())).isSameAs(others);
  }

  /** A call of Refresh that nobody answers. */
  private static final class Call extends ServerCall<RefreshRequest, RefreshResponse> {
    @Override
    public MethodDescriptor<RefreshRequest, RefreshResponse> getMethodDescriptor() {
      return CloudProviderGrpc.getRefreshMethod();
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(RefreshResponse message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.EMPTY;
    }
  }
}
