package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.homelab.autoscaler.camel.RouteFiles;
import org.junit.jupiter.api.Test;

/** All shipped route files together, loaded as the application loads them. */
class ShippedRoutesTest {
  @Test
  void everyRouteFollowsTheOneRuleForFailures() throws Exception {
    try (var context = new DefaultCamelContext()) {
      RouteFiles.of(Path.of("routes"), Optional.empty()).load(context);
      assertThat(context.getRouteDefinitions())
          .isNotEmpty()
          .allSatisfy(
              route ->
                  assertThat(route.getErrorHandlerFactory())
                      .as(route.getId())
                      .isInstanceOf(NoErrorHandlerDefinition.class));
    }
  }
}
