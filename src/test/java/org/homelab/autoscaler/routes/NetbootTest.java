package org.homelab.autoscaler.routes;

import static org.junit.jupiter.api.Assertions.assertNull;

import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

class NetbootTest extends CamelTestSupport {
  private static final String FILE = "file:docs/examples/routes/netboot.camel.yaml";

  private static final String MESSAGE =
      """
      {"version": 1, "point": "before-power-on", "machine": {"name": "atlas", "attempts": 7}}
      """;

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() throws Exception {
        PluginHelper.getRoutesLoader(getContext())
            .loadRoutes(ResourceHelper.resolveResource(getContext(), FILE));
        // What would go to Kubernetes goes where the test can look at it.
        AdviceWith.adviceWith(
            getContext(),
            "before-power-on",
            route -> route.weaveByToUri("kubernetes-*").replace().to("mock:kubernetes"));
      }
    };
  }

  @Test
  void theImageServerRunsBeforeTheMachineDoes() throws Exception {
    MockEndpoint kubernetes = getMockEndpoint("mock:kubernetes");
    kubernetes.expectedMessageCount(1);
    kubernetes.expectedHeaderReceived("CamelKubernetesDeploymentName", "images");
    kubernetes.expectedHeaderReceived("CamelKubernetesDeploymentReplicas", 1);

    template.sendBodyAndHeader("direct:before-power-on", MESSAGE, "HomelabMachine", "atlas");

    kubernetes.assertIsSatisfied();
    // No verdict: the power-on may pass. A flow that holds it back leaves "wait" there.
    assertNull(kubernetes.getExchanges().get(0).getMessage().getHeader("HomelabVerdict"));
  }
}
