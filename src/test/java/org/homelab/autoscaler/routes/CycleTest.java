package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.testing.devices.Device;
import org.homelab.autoscaler.testing.devices.Fault;
import org.homelab.autoscaler.testing.devices.RedfishFake;
import org.homelab.autoscaler.testing.devices.ShellyFake;
import org.homelab.autoscaler.testing.devices.TasmotaFake;
import org.junit.jupiter.api.Test;

/** Off and on again, as a person at the desk may want it: told once, whatever happens. */
class CycleTest extends RecipeTest {
  private Exchange cycle(Device device) {
    Map<String, String> parameters = new TreeMap<>(device.parameters());
    parameters.put("timeLimit", "10");
    return use(device.recipe(), "cycle", parameters, device.secrets());
  }

  @Test
  void aPlugIsToldToComeBackByItself() {
    try (var tasmota = new TasmotaFake();
        var first = new ShellyFake(true);
        var later = new ShellyFake(false)) {
      assertThat(cycle(tasmota).getException()).isNull();
      assertThat(tasmota.requests()).hasSize(1);
      assertThat(tasmota.requests().get(0).query())
          .endsWith("cmnd=Backlog POWER1 OFF; Delay 100; POWER1 ON");
      assertThat(cycle(first).getException()).isNull();
      assertThat(first.requests()).hasSize(1);
      assertThat(first.requests().get(0).body()).isEqualTo("turn=off&timer=10");
      assertThat(cycle(later).getException()).isNull();
      assertThat(later.requests()).hasSize(2);
      assertThat(later.requests().get(1).body())
          .isEqualTo("{\"id\":0,\"on\":false,\"toggle_after\":10}");
    }
  }

  @Test
  void aControllerIsToldWhatItOffersAndOnlyWhileItsSystemIsOn() {
    try (var server = new RedfishFake(true)) {
      assertThat(cycle(server).getException())
          .isInstanceOf(RecipeFailure.NotTaken.class)
          .hasMessageContaining("is not on");
      int asked = server.requests().size();
      server.turn(true);
      assertThat(cycle(server).getException()).isNull();
      // Asked as before, then told, once.
      assertThat(server.requests()).hasSize(asked * 2 + 1);
      assertThat(server.requests().get(asked * 2).body())
          .isEqualTo("{\"ResetType\":\"ForceRestart\"}");
    }
  }

  @Test
  void itIsNotRepeatedWhenItGoesWrong() {
    for (Fault fault : List.of(Fault.THIRD_TIME, Fault.DROPS, Fault.LIES)) {
      try (var tasmota = new TasmotaFake();
          var shelly = new ShellyFake(true)) {
        for (Device plug : List.<Device>of(tasmota, shelly)) {
          plug.fault(fault);
          assertThat(cycle(plug).getException()).as("" + fault).isInstanceOf(RecipeFailure.class);
        }
        assertThat(tasmota.requests()).as("" + fault).hasSize(1);
        assertThat(shelly.requests()).as("" + fault).hasSize(1);
      }
    }
  }

  @Test
  void aFlowCannotHaveIt() {
    assertThatThrownBy(
            () ->
                recipes(new Fleet(ObjectKey::name))
                    .take("redfish-cycle", new DefaultExchange(context)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is for the desk only");
  }
}
