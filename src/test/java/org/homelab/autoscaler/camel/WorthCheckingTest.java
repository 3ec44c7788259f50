package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.HealthCheck;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Observation;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Probe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Only what can find something out is sent through the routes, and everything to a user's. */
class WorthCheckingTest {
  private static final Instant NOW = Instant.parse("2026-11-01T06:00:00Z");
  private static final ObjectKey M1 = new ObjectKey("lab", "m1");
  private static final String ROUTE =
      "- route: { id: %s, from: { uri: 'direct:%s', steps: [ { setBody: { constant: 'x' } } ] } }";

  private final CamelContext context = new DefaultCamelContext();
  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final WorthChecking worthwhile = new WorthChecking(context, fleet);

  @BeforeEach
  void start() throws Exception {
    context.start();
    load("health-check", "/shipped/health-check.camel.yaml");
    fleet.apply(declared("m1").build());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private void load(String id, String file) throws Exception {
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(ResourceHelper.fromString(file, ROUTE.formatted(id, id)));
  }

  private void shipped() throws Exception {
    load("observe", "/shipped/extension-points.camel.yaml");
  }

  @Test
  void aMachineKnownThroughItsNodeAloneIsNotWorthIt() throws Exception {
    shipped();
    assertThat(worthwhile.test(M1)).isFalse();
    fleet.apply(node("m1").build());
    assertThat(worthwhile.test(M1)).isFalse();
  }

  @Test
  void oneThatIsGoneIsNotWorthIt() throws Exception {
    shipped();
    assertThat(worthwhile.test(new ObjectKey("lab", "nobody"))).isFalse();
  }

  @Test
  void aKubeletMayLiveThoughItsNodeIsNotReady() throws Exception {
    shipped();
    fleet.apply(node("m1").ready(false, NOW).build());
    assertThat(worthwhile.test(M1)).isTrue();
  }

  @Test
  void whatWasSeenMayBeOver() throws Exception {
    shipped();
    fleet.record(M1, Optional.of(Observation.at(NOW, ObservedPower.ON, "a Lease")));
    assertThat(worthwhile.test(M1)).isTrue();
  }

  @Test
  void probesAreAsked() throws Exception {
    shipped();
    fleet.apply(
        declared("m1")
            .revision("2")
            .healthCheck(
                new HealthCheck(
                    Optional.empty(),
                    List.of(new Probe.Ping("{node}")),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty()))
            .build());
    assertThat(worthwhile.test(M1)).isTrue();
  }

  @Test
  void aRouteOfAUserGetsEveryMachine() throws Exception {
    load("observe", "/mine/extension-points.camel.yaml");
    assertThat(worthwhile.test(M1)).isTrue();
  }
}
