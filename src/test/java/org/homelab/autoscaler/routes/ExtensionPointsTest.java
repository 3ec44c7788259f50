package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The routes that are a user's to replace do nothing but say, to whoever listens, what goes on. */
class ExtensionPointsTest extends RouteTest {
  ExtensionPointsTest() {
    super("power", "health-check", "extension-points", "watch");
  }

  @Override
  public void configureContext(CamelContextConfiguration configuration) {
    super.configureContext(configuration);
    WatchRoutesTest.EDGES.forEach(
        route -> configuration.replaceRouteFromWith(route, "direct:" + route));
  }

  @Override
  Fleet machines() {
    var fleet = new Fleet(ObjectKey::name);
    fleet.apply(declared(OneOfEach.key("wait")).build());
    return fleet;
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    super.bindToRegistry(registry);
    registry.bind("fleet", new Fleet(ObjectKey::name));
    registry.bind("power", new OneOfEach().desk(() -> true));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "reconcile-machine, power-on, before-power-on, powering on power-on: PowerOnWanted",
    "reconcile-machine, become-ready, after-ready, become-ready is ready: NodeReady",
    "reconcile-machine, begin-shutdown, before-drain, draining begin-shutdown: PowerOffWanted",
    "reconcile-machine, confirm-off, after-power-off, confirm-off is off: NeverJoined",
    "reconcile-machine, fail-startup, on-failure, fail-startup failed: JobFailed",
    "reconcile-machine, fail-shutdown, on-failure, fail-shutdown failed: JobFailed",
    "health-check, wait, observe, checking lab/wait",
  })
  void whatGoesOnIsSaidUnderTheNameOfTheRoute(
      String route, String machine, String point, String line) {
    Logger speaker = (Logger) LoggerFactory.getLogger(point);
    speaker.setLevel(Level.TRACE);
    try {
      assertThat(send("direct:" + route, OneOfEach.key(machine)).getException()).isNull();
    } finally {
      speaker.setLevel(null);
    }
    assertThat(logged(point.equals("observe") ? Level.TRACE : Level.DEBUG)).containsExactly(line);
  }
}
