package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.testing.devices.SnmpFake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is SNMP's own: datagrams that get lost, communities, and tables without the row. */
class PduSnmpTest extends RecipeTest {
  private SnmpFake pdu;

  @BeforeEach
  void start() {
    pdu = new SnmpFake();
  }

  @AfterEach
  void stop() {
    pdu.close();
  }

  private Exchange use(String part, Map<String, String> more, String secret, String value) {
    Map<String, String> parameters = new TreeMap<>(pdu.parameters());
    parameters.putAll(more);
    return use("pdu-snmp", part, parameters, Map.of(secret, value));
  }

  private Exchange use(String part, Map<String, String> more) {
    Map<String, String> parameters = new TreeMap<>(pdu.parameters());
    parameters.putAll(more);
    return use("pdu-snmp", part, parameters, pdu.secrets());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2c"})
  void olderVersionsAreSpokenToo(String version) {
    Map<String, String> older = Map.of("version", version);
    assertThat(use("on", older, "community", SnmpFake.COMMUNITY).getException()).isNull();
    assertThat(pdu.on()).isTrue();
    assertThat(reading(use("probe", older, "community", SnmpFake.COMMUNITY)).power())
        .isEqualTo(ObservedPower.ON);
  }

  @Test
  void whoMayOnlyReadIsToldSo() {
    assertThat(use("on", Map.of("version", "2c"), "community", SnmpFake.READER).getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("the right to write");
    assertThat(pdu.on()).isFalse();
  }

  @Test
  void aWrongCommunityIsAnsweredBySilence() {
    Map<String, String> older = Map.of("version", "2c", "timeLimit", "0.3", "tries", "1");
    assertThat(use("on", older, "community", "canary-guess").getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("a wrong community or privPassphrase is answered by silence");
    assertThat(use("on", older, "authPassphrase", "canary-unused").getException())
        .hasMessageContaining("write community into the Secret");
  }

  @Test
  void aCommandWithoutAnAnswerMayHaveBeenCarriedOut() {
    pdu.beDeafToCommands();
    assertThat(use("off", Map.of("timeLimit", "3", "tries", "1")).getException())
        .isInstanceOf(RecipeFailure.class)
        .isNotInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining(pdu.address());
  }

  @Test
  void aCycleIsToldOnce() {
    pdu.turn(true);
    assertThat(use("cycle", Map.of()).getException()).isNull();
    assertThat(pdu.commands()).containsExactly(3);
    pdu.beDeafToCommands();
    assertThat(use("cycle", Map.of("timeLimit", "0.5", "tries", "3")).getException())
        .isInstanceOf(RecipeFailure.class)
        .isNotInstanceOf(RecipeFailure.NotTaken.class);
    assertThat(pdu.commands()).containsExactly(3, 3);
  }

  @Test
  void anOutletThatIsNotThereIsNotSwitched() {
    assertThat(use("on", Map.of("outlet", "9")).getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("check stateOid and outlet");
    assertThat(reading(use("probe", Map.of("outlet", "9"))).power())
        .isEqualTo(ObservedPower.UNKNOWN);
  }

  @Test
  void aShortPassphraseIsRefusedBeforeAnythingIsSent() {
    assertThat(use("on", Map.of(), "authPassphrase", "canary").getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("need 8 characters");
  }
}
