package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.Exchange;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.junit.jupiter.api.Test;

/** A health check observes a machine and has its next step decided. */
class HealthCheckRoutesTest extends RouteTest {
  private static final ObjectKey ATLAS = new ObjectKey("lab", "atlas");

  HealthCheckRoutesTest() {
    super("health-check", "extension-points");
  }

  @Test
  void aMachineIsObservedAndThenQueued() {
    Exchange done = send("direct:health-check", ATLAS);
    assertThat(done.getException()).isNull();
    assertThat(flow.places()).containsExactly("health-check", "observe");
    assertThat(flow.bodyAt("observe")).isEqualTo(ATLAS);
    assertThat(queue("machines").poll()).contains(ATLAS);
    queue("machines").succeeded(ATLAS);
  }
}
