package org.homelab.autoscaler.routes;

import java.util.Map;
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

    template.sendBody("direct:before-power-on", Map.of("machine", Map.of("name", "atlas")));

    kubernetes.assertIsSatisfied();
  }
}
