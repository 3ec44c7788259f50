package org.homelab.autoscaler.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.PowerWish;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.fleet.RecipeBook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wrong or missing parameter is refused with its field and the fix, before anything is sent. */
class PlansTest {
  private static final String KEY = "SHA256:uNiVztksCsDhcc0u9e8BrrEBeCdIDF6c6d4l8dVYxsQ";
  private static final Map<String, String> WOL_SSH =
      Map.of("mac", "52:54:00:5e:1a:01", "host", "rack-1.lan", "hostKey", KEY);

  private final Plans plans =
      new Plans(Catalogue.read(List.of(Path.of("routes", "kamelets")), false));

  private static PowerWish wish(String recipe, Map<String, String> parameters, String... secret) {
    return new PowerWish(
        false,
        Optional.of(recipe),
        parameters,
        List.of(secret).stream().findFirst(),
        Optional.empty(),
        List.of());
  }

  private static PowerWish allowing(PowerWish wish, PowerWish.Fallback... fallbacks) {
    return new PowerWish(
        false,
        wish.recipe(),
        wish.parameters(),
        wish.secret(),
        Optional.of(true),
        List.of(fallbacks));
  }

  private void refused(PowerWish machine, PowerWish group, String... words) {
    assertThatThrownBy(() -> plans.plan(machine, group))
        .isInstanceOf(RecipeBook.Unusable.class)
        .message()
        .contains(words);
  }

  @Test
  void podSpecsStayWhatTheyWere() {
    assertThat(plans.plan(PowerWish.PODS, wish("redfish", Map.of()))).isEqualTo(PowerPlan.JOBS);
  }

  @Test
  void whatIsNotSaidIsFilledIn() {
    Recipe recipe = plans.plan(wish("wol-ssh", WOL_SSH, "rack-1"), PowerWish.NONE).first();
    assertThat(recipe.parameters())
        .containsEntry("broadcast", "255.255.255.255")
        .containsEntry("command", "systemctl poweroff")
        .doesNotContainKeys("privateKey", "secureOn");
    assertThat(recipe.on()).isEqualTo(Recipe.Giver.JOB);
    assertThat(recipe.off()).isEqualTo(Recipe.Giver.OPERATOR);
    assertThat(recipe.secret()).contains("rack-1");
  }

  @Test
  void aGroupsParametersHoldUnlessTheMachineHasItsOwn() {
    PowerWish group = wish("redfish", Map.of("user", "operator", "port", "8443"), "bmc");
    PowerWish machine =
        new PowerWish(
            false,
            Optional.empty(),
            Map.of("host", "rack-1-bmc", "port", "443"),
            Optional.empty(),
            Optional.empty(),
            List.of());
    Recipe recipe = plans.plan(machine, group).first();
    assertThat(recipe.parameters())
        .containsEntry("user", "operator")
        .containsEntry("port", "443")
        .containsEntry("host", "rack-1-bmc");
    assertThat(recipe.secret()).contains("bmc");
  }

  @Test
  void anotherRecipeTakesNothingFromTheGroups() {
    PowerWish group = wish("redfish", Map.of("user", "operator"), "bmc");
    assertThat(plans.plan(wish("wol-ssh", WOL_SSH), group).first().secret()).isEmpty();
  }

  @Test
  void whoSaysNothingIsToldWhatToWrite() {
    refused(
        PowerWish.NONE,
        PowerWish.NONE,
        "spec.power: missing; write power with a recipe, or startup");
  }

  @Test
  void everythingWrongIsNamedAtOnce() {
    refused(
        wish("wol-ssh", Map.of("mac", "52:54", "hots", "rack-1", "port", "70000", "hostKey", KEY)),
        PowerWish.NONE,
        "spec.power.parameters.mac: write the MAC address of the network card",
        "spec.power.parameters.hots: recipe wol-ssh has no such parameter; it has [mac, ",
        "spec.power.parameters.port: write a whole number from 1 to 65535",
        "spec.power.parameters.host: missing; write name or address of the machine");
  }

  @Test
  void aSecretBelongsIntoTheSecret() {
    refused(
        wish("redfish", Map.of("host", "bmc", "password", "canary")),
        PowerWish.NONE,
        "spec.power.parameters.password: a secret; put it into the Secret that secretRef names",
        "spec.power.secretRef: missing; recipe redfish needs a Secret with password");
    assertThatThrownBy(
            () ->
                plans.plan(
                    wish("redfish", Map.of("host", "bmc", "password", "canary")), PowerWish.NONE))
        .message()
        .doesNotContain("canary");
  }

  @Test
  void anUnknownRecipeIsNamedWithThoseThereAre() {
    refused(
        wish("redfisch", Map.of()),
        PowerWish.NONE,
        "spec.power.recipe: there is no recipe redfisch; there are ",
        "redfish");
    refused(wish("wake-on-lan", Map.of()), PowerWish.NONE, "switches nothing off");
    refused(wish("ssh", Map.of()), PowerWish.NONE, "switches nothing on");
    refused(wish("job", Map.of()), PowerWish.NONE, "job runs pod specs");
  }

  @Test
  void powerIsCutOnlyWhereTheOwnerSaysSo() {
    PowerWish plug = wish("tasmota", Map.of("host", "plug-1"));
    refused(plug, PowerWish.NONE, "spec.power.cutPower: recipe tasmota cuts the power");
    assertThat(plans.plan(allowing(plug), PowerWish.NONE).first().name()).isEqualTo("tasmota");
    PowerWish.Fallback force =
        new PowerWish.Fallback(
            "redfish", Duration.ofMinutes(2), Map.of("offType", "ForceOff"), Optional.empty());
    PowerWish graceful = wish("redfish", Map.of("host", "bmc"), "bmc");
    PowerPlan plan = plans.plan(allowing(graceful, force), PowerWish.NONE);
    assertThat(plan.recipes()).hasSize(2);
    assertThat(plan.recipe(OperationType.SHUTDOWN, 1).parameters())
        .containsEntry("offType", "ForceOff")
        .containsEntry("host", "bmc");
    assertThat(plan.recipe(OperationType.SHUTDOWN, 1).after()).isEqualTo(Duration.ofMinutes(2));
    refused(
        new PowerWish(
            false,
            graceful.recipe(),
            graceful.parameters(),
            graceful.secret(),
            Optional.empty(),
            List.of(force)),
        PowerWish.NONE,
        "spec.power.cutPower");
  }

  @Test
  void aWrongFallbackIsNamedByItsPlace() {
    PowerWish.Fallback wrong =
        new PowerWish.Fallback("tasmota", Duration.ofMinutes(2), Map.of(), Optional.empty());
    refused(
        allowing(wish("wol-ssh", WOL_SSH), wrong),
        PowerWish.NONE,
        "spec.power.fallback[0].parameters.host: missing");
  }

  @Test
  void aRecipeOfTheUsersWorksTheSame(@TempDir Path folder) throws IOException {
    String kamelet =
        """
        apiVersion: camel.apache.org/v1
        kind: Kamelet
        metadata: { name: %s }
        spec:
          definition:
            title: Lamp
            type: object
            required: [ room ]
            properties: { room: { title: Room, description: Room of the lamp., type: string, enum: [ attic ] } }
          template: { from: { uri: "kamelet:source", steps: [ { log: "{{room}}" } ] } }
        """;
    Files.writeString(folder.resolve("lamp-on.kamelet.yaml"), kamelet.formatted("lamp-on"));
    Files.writeString(folder.resolve("lamp-off.kamelet.yaml"), kamelet.formatted("lamp-off"));
    var mine = new Plans(Catalogue.read(List.of(folder, Path.of("routes", "kamelets")), true));
    Recipe recipe = mine.plan(wish("lamp", Map.of("room", "attic")), PowerWish.NONE).first();
    assertThat(recipe.off()).isEqualTo(Recipe.Giver.OPERATOR);
    assertThatThrownBy(() -> mine.plan(wish("lamp", Map.of("room", "cellar")), PowerWish.NONE))
        .hasMessage("spec.power.parameters.room: write one of attic");
  }

  @Test
  void aFileThatCannotBeUsedIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("lamp-on.kamelet.yaml");
    Files.writeString(file, "spec: { definition: { properties: { timeout: { type: integer } } } }");
    assertThatThrownBy(() -> Catalogue.read(List.of(folder), true))
        .isInstanceOf(Catalogue.Broken.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("property timeout is an option of kamelet endpoints; rename it");
  }

  @Test
  void oneThatAJobCarriesOutMayStandAnywhereInTheFallback() {
    Map<String, String> ipmi = Map.of("image", "ipmitool:1", "host", "bmc", "user", "u");
    var job = new PowerWish.Fallback("ipmi", Duration.ofMinutes(2), ipmi, Optional.of("bmc"));
    var plug =
        new PowerWish.Fallback(
            "tasmota", Duration.ofMinutes(3), Map.of("host", "plug-1"), Optional.empty());
    PowerPlan mixed =
        plans.plan(allowing(wish("wol-ssh", WOL_SSH, "rack-1"), job, plug), PowerWish.NONE);
    assertThat(mixed.recipes())
        .extracting(Recipe::off)
        .containsExactly(Recipe.Giver.OPERATOR, Recipe.Giver.JOB, Recipe.Giver.OPERATOR);
    PowerPlan first = plans.plan(allowing(wish("ipmi", ipmi, "bmc"), plug), PowerWish.NONE);
    assertThat(first.next(OperationType.SHUTDOWN, 0).map(Recipe::name)).contains("tasmota");
    refused(wish("ipmi", ipmi), PowerWish.NONE, "needs a Secret with password");
  }
}
