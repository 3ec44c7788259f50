package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.recipes.Reading;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.testing.devices.Fault;
import org.homelab.autoscaler.testing.devices.NutFake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a UPS alone has to tell. */
class NutTest extends RecipeTest {
  private NutFake upsd;

  @BeforeEach
  void start() {
    upsd = new NutFake();
  }

  @AfterEach
  void stop() {
    upsd.close();
  }

  private Exchange use(String... more) {
    Map<String, String> parameters = new TreeMap<>(upsd.parameters());
    for (int i = 0; i < more.length; i += 2) {
      parameters.put(more[i], more[i + 1]);
    }
    return use("nut", "probe", parameters, Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "OL, ON",
    "OL CHRG, ON",
    "OB DISCHRG, OFF",
    "OB LB, OFF",
    "OL FSD, OFF",
    "BYPASS, UNKNOWN",
    "'', UNKNOWN",
  })
  void theUpsTellsWhetherThereAreMains(String status, ObservedPower power) {
    upsd.status(status);
    Exchange done = use();
    Reading seen = reading(done);
    assertThat(seen.power()).isEqualTo(power);
    assertThat(seen.watts()).hasValue(61.5);
    assertThat(done.getVariable("upsStatus")).isEqualTo(status);
    assertThat(done.getVariable("upsCharge")).isEqualTo("81");
    assertThat(done.getVariable("upsRuntime")).isEqualTo("1260");
  }

  @Test
  void refusalsAreSaidWithTheFix() {
    upsd.fault(Fault.REFUSES_CREDENTIALS);
    assertThat(use().getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("let our address in");
    upsd.fault(Fault.NONE);
    assertThat(use("ups", "cellar").getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("has no such UPS; see upsc -l");
  }
}
