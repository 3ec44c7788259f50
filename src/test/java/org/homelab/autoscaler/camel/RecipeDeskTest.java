package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.PowerWish;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.Call;
import org.homelab.autoscaler.recipes.Catalogue;
import org.homelab.autoscaler.recipes.Plans;
import org.homelab.autoscaler.recipes.Secrets;
import org.junit.jupiter.api.Test;

/** How long a command that repeats itself goes on, and what a flow may have. */
class RecipeDeskTest {
  private static final ObjectKey KEY = new ObjectKey("lab", "m1");
  private static final Catalogue CATALOGUE =
      Catalogue.read(List.of(Path.of("routes", "kamelets")), true);

  private final AtomicBoolean leads = new AtomicBoolean(true);
  private final Fleet fleet = new Fleet(ObjectKey::name, new Plans(CATALOGUE));
  private final RecipeDesk desk =
      new RecipeDesk(fleet, CATALOGUE, Secrets.NONE, Clock.systemUTC(), leads::get);

  private DeclaredBuilder wanted() {
    return DeclaredBuilder.declared(KEY)
        .group("rack")
        .desired(PowerState.ON)
        .power(
            new PowerWish(
                false,
                Optional.of("wol-ssh"),
                Map.of(
                    "mac",
                    "00:25:90:ab:cd:ef",
                    "host",
                    "m1",
                    "hostKey",
                    "SHA256:uNiVztksCsDhcc0u9e8BrrQXVUpKZIDTMczCvj3tD2s"),
                Optional.empty(),
                Optional.empty(),
                List.of()));
  }

  /** A power-on that is claimed, and its call. */
  private Call powerOn() {
    fleet.apply(wanted().build());
    Machine machine = fleet.machine(KEY).orElseThrow();
    PowerPolicy policy =
        PowerPolicy.of(machine, GroupPolicy.NONE, 1, PowerPolicy.Defaults.STANDARD);
    var step = new Step(machine, policy, new Decision.PowerOn(Reason.DESIRED_ON, 1), Instant.now());
    fleet.apply(wanted().revision("2").status(step.after()).build());
    var exchange = new DefaultExchange(new DefaultCamelContext());
    desk.prepare(step, exchange);
    return exchange.getProperty(Call.PROPERTY, Call.class);
  }

  @Test
  void itEndsWithItsClaim() {
    Call call = powerOn();
    assertThat(call.wanted()).isTrue();
    fleet.apply(wanted().revision("3").build());
    assertThat(call.wanted()).isFalse();
  }

  @Test
  void itEndsWhenThisReplicaLeadsNoMoreWhateverItStillBelieves() {
    Call call = powerOn();
    leads.set(false);
    assertThat(call.wanted()).isFalse();
  }

  @Test
  void aFlowIsToldThatItCannotHaveWhatAJobCarriesOut() {
    Catalogue withoutTheHostsNetwork =
        Catalogue.read(List.of(Path.of("routes", "kamelets")), false);
    var shipped = new RecipeDesk(fleet, withoutTheHostsNetwork, Secrets.NONE, Clock.systemUTC());
    for (String kamelet : List.of("wake-on-lan-on", "ipmi-on", "ipmi-off", "script-on")) {
      assertThatThrownBy(
              () -> shipped.take(kamelet, new DefaultExchange(new DefaultCamelContext())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(kamelet + " is carried out by a Job here")
          .hasMessageEndingWith("homelab.host-network=true");
    }
  }
}
