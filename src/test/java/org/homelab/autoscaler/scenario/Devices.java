package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.PowerWish;
import org.homelab.autoscaler.fleet.Recipe;

/** The recipes of a scenario, one after the other as long as the one before does not work. */
final class Devices {
  private Devices() {}

  /**
   * {@code bmc} and {@code meter} can be asked for the machine's power, {@code wol} and {@code
   * fallback} cannot, and {@code ipmi} is carried out by Jobs; a plus stands before the next.
   */
  static PowerWish wish(String device) {
    return new PowerWish(
        false,
        Optional.of(device),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  static PowerPlan plan(PowerWish machine, PowerWish group) {
    if (machine.podSpecs()) {
      return PowerPlan.JOBS;
    }
    List<Recipe> all = new ArrayList<>();
    for (String name : machine.recipe().orElseThrow().split("\\+")) {
      all.add(recipe(name, all.isEmpty() ? Duration.ZERO : Duration.ofMinutes(2)));
    }
    return new PowerPlan(all, all.subList(1, all.size()));
  }

  private static Recipe recipe(String name, Duration after) {
    Recipe.Giver giver = name.equals("ipmi") ? Recipe.Giver.JOB : Recipe.Giver.OPERATOR;
    boolean tells = name.equals("bmc") || name.equals("meter");
    return new Recipe(
        name.equals("fallback") ? "plug" : name,
        Map.of(),
        Optional.empty(),
        after,
        giver,
        giver,
        tells ? Recipe.Probe.POWER : Recipe.Probe.NONE);
  }
}
