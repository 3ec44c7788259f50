package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

class SingleClusterServiceTest extends CamelTestSupport {
  private final CamelClusterService cluster = new SingleClusterService();

  @Override
  protected CamelContext createCamelContext() throws Exception {
    CamelContext context = super.createCamelContext();
    context.addService(cluster);
    return context;
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("master:homelab:keyed-queue:machines?workers=2").routeId("machines").to("mock:done");
      }
    };
  }

  @Test
  void leadsAndHandsKeysToARouteThatOnlyTheLeaderRuns() throws Exception {
    MockEndpoint done = getMockEndpoint("mock:done");
    done.expectedBodiesReceived("m1");
    context.getComponent("keyed-queue", KeyedQueueComponent.class).queue("machines").add("m1");
    done.assertIsSatisfied();
    assertThat(cluster.isLeader("homelab")).isTrue();
  }

  @Test
  void theRouteCanBeStoppedAndStartedAgain() throws Exception {
    context.getRouteController().stopRoute("machines");
    MockEndpoint done = getMockEndpoint("mock:done");
    done.expectedBodiesReceived("m1");
    context.getComponent("keyed-queue", KeyedQueueComponent.class).queue("machines").add("m1");
    context.getRouteController().startRoute("machines");
    done.assertIsSatisfied();
  }
}
