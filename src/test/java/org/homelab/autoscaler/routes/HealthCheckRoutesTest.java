package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.PowerWish;
import org.homelab.autoscaler.fleet.Recipe;
import org.junit.jupiter.api.Test;

/** A health check observes a machine and has its next step decided. */
class HealthCheckRoutesTest extends RouteTest {
  private static final ObjectKey ATLAS = new ObjectKey("lab", "atlas");

  private static final ObjectKey OTHER = new ObjectKey("lab", "borea");

  private final Fleet fleet = new Fleet(ObjectKey::name, (machine, group) -> plan());
  private int port;

  HealthCheckRoutesTest() {
    super("health-check", "extension-points", "watch");
  }

  @Override
  public void configureContext(CamelContextConfiguration configuration) {
    super.configureContext(configuration);
    WatchRoutesTest.EDGES.forEach(
        route -> configuration.replaceRouteFromWith(route, "direct:" + route));
  }

  @Override
  Fleet machines() {
    var seen = new Fleet(ObjectKey::name);
    seen.apply(declared(ATLAS).build());
    return seen;
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    super.bindToRegistry(registry);
    registry.bind("fleet", new Fleet(ObjectKey::name));
    registry.bind("recipes", recipes(fleet));
  }

  @Test
  void aMachineWhoseRecipeCanLookIsLookedAt() throws IOException {
    try (var machine = new ServerSocket(0)) {
      port = machine.getLocalPort();
      fleet.apply(declared(OTHER).power(PowerWish.NONE).build());
      Instant before = Instant.now();
      assertThat(send("direct:health-check", OTHER).getException()).isNull();
      DeviceReading seen = fleet.machine(OTHER).orElseThrow().reading().orElseThrow();
      assertThat(seen.power()).isEqualTo(ObservedPower.ON);
      assertThat(seen.at()).isBetween(before, Instant.now());
    }
    assertThat(flow.places()).contains("probe", "wake-on-lan-probe");
    assertThat(send("direct:health-check", OTHER).getException()).isNull();
    DeviceReading silent = fleet.machine(OTHER).orElseThrow().reading().orElseThrow();
    assertThat(silent.power()).isEqualTo(ObservedPower.UNKNOWN);
    assertThat(drained()).contains(OTHER);
  }

  private PowerPlan plan() {
    return new PowerPlan(
        List.of(
            new Recipe(
                "wake-on-lan",
                Map.of("host", "127.0.0.1", "probePort", "" + port),
                Optional.empty(),
                Duration.ZERO,
                Recipe.Giver.OPERATOR,
                Recipe.Giver.OPERATOR,
                Recipe.Probe.LIFE)));
  }

  @Test
  void aMachineIsObservedAndWhatIsNewsIsQueued() {
    Exchange done = send("direct:health-check", ATLAS);
    assertThat(done.getException()).isNull();
    assertThat(flow.places())
        .containsExactly("health-check", "observe", "healthChecks.observe", "look-again");
    assertThat(flow.bodyAt("observe"))
        .asString()
        .contains("\"point\":\"observe\"", "\"name\":\"atlas\"")
        .doesNotContain("cause");
    assertThat(flow.bodyAt("healthChecks.observe")).isEqualTo(ATLAS);
    assertThat(drained()).isEqualTo(Beans.TOUCHED.machines());
  }

  private Set<Object> drained() {
    Set<Object> keys = new HashSet<>();
    for (Optional<Object> key = queue("machines").poll();
        key.isPresent();
        key = queue("machines").poll()) {
      queue("machines").succeeded(key.get());
      keys.add(key.get());
    }
    return keys;
  }
}
