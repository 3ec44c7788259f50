package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.testing.devices.Fault;
import org.homelab.autoscaler.testing.devices.LanDevice;
import org.homelab.autoscaler.testing.devices.MachineOnLan;
import org.homelab.autoscaler.testing.devices.SshSide;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that is woken by magic packets over UDP and told over SSH to shut down. */
class WolSshTest extends RecipeTest {
  private LanDevice device;
  private MachineOnLan machine;

  @BeforeEach
  void plugIn() {
    device = new LanDevice("wol-ssh");
    machine = device.machine();
  }

  @AfterEach
  void pullThePlug() {
    device.close();
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new TreeMap<>(device.parameters());
    parameters.remove("packets");
    parameters.remove("repeatFor");
    return parameters;
  }

  private Exchange use(String recipe, String part, String... more) {
    Map<String, String> parameters = parameters();
    for (int i = 0; i < more.length; i += 2) {
      parameters.put(more[i], more[i + 1]);
    }
    return use(recipe, part, parameters, device.secrets());
  }

  private ObservedPower seen(String recipe) {
    return reading(use(recipe, "probe", "timeLimit", "1")).power();
  }

  @ParameterizedTest
  @ValueSource(strings = {"wol-ssh", "wake-on-lan"})
  void packetsAreSentAgainUntilItShowsASignOfLifeAndNoLonger(String recipe) {
    machine.wakeAt(7);
    assertThat(seen(recipe)).isEqualTo(ObservedPower.UNKNOWN);
    assertThat(use(recipe, "on").getException()).isNull();
    await().until(() -> machine.ssh().on());
    await().until(() -> seen(recipe) == ObservedPower.ON);
    int packets = machine.packets();
    await().during(java.time.Duration.ofMillis(300)).until(() -> machine.packets() <= packets + 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wol-ssh", "ssh"})
  void itShutsDownWhenItIsToldSo(String recipe) {
    machine.ssh().turn(true);
    String command = "echo '{{homelab.mode}} ${body} & ?' && systemctl poweroff";
    assertThat(use(recipe, "off", "command", command).getException()).isNull();
    assertThat(machine.ssh().commands()).containsExactly(command);
    await().until(() -> !machine.ssh().on());
  }

  @Test
  void aFingerprintWillDoForAHostKey() {
    machine.ssh().turn(true);
    assertThat(use("ssh", "off", "hostKey", SshSide.fingerprint()).getException()).isNull();
  }

  @Test
  void aStrangerIsNotTalkedTo() {
    machine.ssh().turn(true);
    String other = "SHA256:uNiVztksCsDhcc0u9e8BrrEBeCdIDF6c6d4l8dVYxsQ";
    assertThat(use("ssh", "off", "hostKey", other).getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining(SshSide.fingerprint());
    assertThat(machine.ssh().commands()).isEmpty();
  }

  @Test
  void aCommandThatFailsIsSaidWithItsStatusAndItsWords() {
    machine.ssh().turn(true);
    assertThat(use("ssh", "off", "command", "false").getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("ended with status 1 (must be root)");
    assertThat(machine.ssh().on()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"STALLS", "LIES", "DROPS"})
  void whoDoesNotTalkSshHasNotBeenTold(String fault) {
    machine.ssh().fault(Fault.valueOf(fault));
    machine.ssh().turn(true);
    assertThat(use("ssh", "off", "timeLimit", "0.5").getException())
        .isInstanceOf(RecipeFailure.class)
        .hasMessageContaining("127.0.0.1 port " + machine.ssh().port());
    assertThat(machine.ssh().commands()).isEmpty();
    if (!fault.equals("DROPS")) {
      assertThat(reading(use("ssh", "probe", "timeLimit", "0.5")).power())
          .isEqualTo(ObservedPower.UNKNOWN);
    }
  }

  @Test
  void aKeyThatIsNoneIsSaid() {
    machine.ssh().turn(true);
    Exchange done = use("ssh", "off", parameters(), Map.of("privateKey", "canary-no-key"));
    assertThat(done.getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("privateKey cannot be read");
  }

  @Test
  void aSecureOnPasswordThatIsNoneIsSaid() {
    Exchange done = use("wake-on-lan", "on", parameters(), Map.of("secureOn", "canary-password"));
    assertThat(done.getException())
        .isInstanceOf(RecipeFailure.NotTaken.class)
        .hasMessageContaining("secureOn: must be four or six pairs");
    assertThat(machine.packets()).isZero();
  }
}
