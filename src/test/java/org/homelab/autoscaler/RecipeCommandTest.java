package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.testing.devices.MachineOnLan;
import org.homelab.autoscaler.testing.devices.TasmotaFake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recipe tried at the desk: no Kubernetes, no secret on the command line. */
class RecipeCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  private int run(Map<String, String> environment, String... arguments) {
    return new RecipeCommand(
            environment,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(errors, true, StandardCharsets.UTF_8))
        .run(List.of(arguments));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String errors() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  private static String[] wake(MachineOnLan machine, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "recipe",
                "wake-on-lan",
                "--mac=" + MachineOnLan.MAC,
                "--broadcast=127.0.0.1",
                "--port=" + machine.cardPort(),
                "--host=127.0.0.1",
                "--probePort=" + machine.ssh().port(),
                "--interval=0.05"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @Test
  void aMachineIsWokenAndTheCommandEndsWhenItRuns() {
    try (var machine = new MachineOnLan()) {
      machine.wakeAt(5);
      assertThat(run(Map.of("RECIPE_SECURE_ON", MachineOnLan.SECURE_ON), wake(machine, "on")))
          .as(errors())
          .isZero();
      assertThat(machine.ssh().on()).isTrue();
      assertThat(out()).isEqualTo("on: the device took it" + System.lineSeparator());
    }
  }

  @Test
  void aRehearsalShowsWhatWouldBeSentAndSendsNothing() {
    try (var machine = new MachineOnLan()) {
      assertThat(run(Map.of(), wake(machine, "--dry-run", "on"))).as(errors()).isZero();
      assertThat(out())
          .startsWith("would send: 3 UDP packets to 127.0.0.1 port " + machine.cardPort())
          .contains("16 times " + MachineOnLan.MAC);
      assertThat(machine.packets()).isZero();
    }
  }

  @Test
  void aSecretComesFromAFileAndIsRefusedOnTheCommandLine(@TempDir Path folder) throws Exception {
    try (var plug = new TasmotaFake()) {
      String address = plug.parameters().get("port");
      Path file = Files.writeString(folder.resolve("password"), plug.secrets().get("password"));
      assertThat(
              run(
                  Map.of(),
                  "recipe",
                  "tasmota",
                  "--host=127.0.0.1",
                  "--port=" + address,
                  "--password-file=" + file,
                  "on"))
          .as(errors())
          .isZero();
      assertThat(plug.on()).isTrue();
      assertThat(run(Map.of(), "recipe", "tasmota", "--password=canary-1", "on")).isEqualTo(2);
      assertThat(errors()).contains("RECIPE_PASSWORD or --password-file").doesNotContain("canary");
      assertThat(
              run(
                  Map.of("RECIPE_PASSWORD", "canary-2"),
                  "recipe",
                  "tasmota",
                  "--host=127.0.0.1",
                  "--port=" + address,
                  "off"))
          .isEqualTo(1);
      assertThat(errors()).contains("refused the credentials").doesNotContain("canary");
      assertThat(plug.on()).isTrue();
    }
  }

  @Test
  void whatAJobWouldRunIsShown() {
    assertThat(
            run(
                Map.of("RECIPE_PASSWORD", "canary-3"),
                "recipe",
                "ipmi",
                "--host=bmc",
                "--user=u",
                "--dry-run",
                "off"))
        .as(errors())
        .isZero();
    assertThat(
            run(
                Map.of(),
                "recipe",
                "script",
                "--image=alpine:3",
                "--configMap=relay",
                "--arguments=4",
                "--dry-run",
                "on"))
        .as(errors())
        .isZero();
    assertThat(out())
        .contains("-H, bmc, -p, 623, -U, u")
        .contains("chassis, power, soft], the password in IPMI_PASSWORD")
        .contains("a Job of image alpine:3 that runs [/bin/sh, /recipe/on.sh, 4]")
        .doesNotContain("canary");
  }

  @Test
  void aWrongUseIsSaidWithTheFix() {
    assertThat(run(Map.of(), "recipe", "wake-on-lan", "--mac=52:54", "on")).isEqualTo(2);
    assertThat(run(Map.of(), "recipe", "wake-on-wan", "on")).isEqualTo(2);
    assertThat(run(Map.of(), "recipe", "wake-on-lan", "off")).isEqualTo(2);
    assertThat(run(Map.of(), "recipe", "job", "on")).isEqualTo(2);
    assertThat(run(Map.of(), "recipe")).isEqualTo(2);
    assertThat(errors())
        .contains("parameter.mac: write the MAC address")
        .contains("there is no recipe wake-on-wan")
        .contains("recipe wake-on-lan has no off")
        .contains("recipe job runs as a Job")
        .contains("usage: recipe NAME");
  }

  @Test
  void recipesListsThemWithTheirParameters() {
    assertThat(run(Map.of(), "recipes")).isZero();
    assertThat(out())
        .contains("redfish: Switches a server by its management controller")
        .contains("(on, off, probe, cycle)")
        .contains("--mac ")
        .contains("secret, RECIPE_PRIVATE_KEY or --privateKey-file");
  }
}
