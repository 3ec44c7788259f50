package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.testing.devices.Fault;
import org.homelab.autoscaler.testing.devices.MqttFake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a broker can do to us: remember, keep, and stand between us and the plug. */
class MqttTest extends RecipeTest {
  private MqttFake plug;

  @BeforeEach
  void plugIn() {
    plug = new MqttFake(MqttFake.Kind.JSON);
  }

  @AfterEach
  void unplug() {
    plug.close();
  }

  private Exchange use(String part, Map<String, String> more) {
    Map<String, String> parameters = new TreeMap<>(plug.parameters());
    parameters.putAll(more);
    return use("mqtt", part, parameters, plug.secrets());
  }

  @Test
  void aCommandIsNeverKeptForAPlugThatIsAway() {
    assertThat(use("on", Map.of()).getException()).isNull();
    assertThat(plug.commands())
        .containsExactly(new MqttFake.Command("{\"state\":\"ON\"}", 0, false));
  }

  @Test
  void nothingIsSentToAPlugThatIsNotThere() {
    plug.vanish();
    for (String part : List.of("on", "off", "probe")) {
      assertThat(use(part, Map.of()).getException())
          .isInstanceOf(RecipeFailure.NotTaken.class)
          .hasMessageContaining("the plug is not there, says plug/there");
    }
    assertThat(plug.commands()).isEmpty();
  }

  @Test
  void whatTheBrokerRemembersIsBelievedOnlyWhileThePlugIsThere() {
    plug.turn(true);
    plug.keepState();
    Map<String, String> unasked = Map.of("askTopic", "");
    assertThat(reading(use("probe", unasked)).power()).isEqualTo(ObservedPower.ON);
    assertThat(
            use("probe", Map.of("askTopic", "", "availabilityTopic", "", "timeLimit", "3"))
                .getException())
        .isInstanceOf(RecipeFailure.class)
        .hasMessageContaining("says nothing within 3 s")
        .hasMessageContaining("write askTopic");
  }

  @Test
  void whatIsRememberedDoesNotConfirmACommand() {
    plug.turn(true);
    plug.keepState();
    plug.fault(Fault.STALLS);
    for (String part : List.of("on", "off")) {
      assertThat(use(part, Map.of("timeLimit", "3")).getException())
          .isInstanceOf(RecipeFailure.class)
          .isNotInstanceOf(RecipeFailure.NotTaken.class)
          .hasMessageContaining("did not say " + part);
    }
  }

  @Test
  void aBrokerThatNeverAnswersHasCertainlyTakenNothing() {
    plug.brokerStalls();
    for (String part : List.of("on", "off", "probe")) {
      assertThat(use(part, Map.of("timeLimit", "0.4", "tries", "1")).getException())
          .isInstanceOf(RecipeFailure.NotTaken.class)
          .hasMessageContaining(plug.address())
          .hasMessageContaining("no answer within 400 ms");
    }
    assertThat(plug.commands()).isEmpty();
  }

  @Test
  void whoMayNotListenIsToldSo() {
    assertThat(use("on", Map.of("stateTopic", "forbidden")).getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("does not let us listen");
    assertThat(plug.commands()).isEmpty();
  }

  @Test
  void aStrangersCertificateIsNotTrusted() {
    try (var other = new MqttFake(MqttFake.Kind.JSON)) {
      String stranger = other.parameters().get("caCertificates");
      assertThat(use("on", Map.of("caCertificates", stranger)).getException())
          .isInstanceOf(RecipeFailure.NotTaken.class)
          .hasMessageContaining("its certificate is not trusted");
      assertThat(plug.commands()).isEmpty();
    }
  }
}
