package org.homelab.autoscaler.recipes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerPlan;
import org.homelab.autoscaler.fleet.PowerWish;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.fleet.RecipeBook;

/**
 * Makes a plan of what a machine's owner and its group's owner say, or says what is wrong with it.
 * The machine's own words go before the group's.
 */
public final class Plans implements RecipeBook {
  private static final String FIELD = "spec.power";
  private static final String JOB = "job";

  private final Catalogue catalogue;

  /** Plans with these recipes. */
  public Plans(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public PowerPlan plan(PowerWish machine, PowerWish group) {
    if (machine.podSpecs()) {
      return PowerPlan.JOBS;
    }
    String name =
        machine
            .recipe()
            .or(group::recipe)
            .orElseThrow(
                () ->
                    new Unusable(
                        FIELD
                            + ": missing; write power with a recipe, or startupPodSpec and"
                            + " shutdownPodSpec, or power in the Group"));
    boolean shared = group.recipe().filter(name::equals).isPresent();
    Map<String, String> parameters = new TreeMap<>(shared ? group.parameters() : Map.of());
    parameters.putAll(machine.parameters());
    Optional<String> secret =
        machine.secret().isPresent() || !shared ? machine.secret() : group.secret();
    boolean mayCut = machine.mayCut().or(group::mayCut).orElse(false);
    List<String> wrong = new ArrayList<>();
    List<Recipe> recipes = new ArrayList<>();
    var first = new PowerWish.Fallback(name, Duration.ZERO, parameters, secret);
    resolve(FIELD, first, EnumSet.allOf(OperationType.class), mayCut, wrong)
        .ifPresent(recipes::add);
    List<PowerWish.Fallback> off =
        machine.fallbacks().isEmpty() && shared ? group.fallbacks() : machine.fallbacks();
    recipes.addAll(fallbacks("fallback", off, OperationType.SHUTDOWN, first, mayCut, wrong));
    List<PowerWish.Fallback> on =
        machine.onFallbacks().isEmpty() && shared ? group.onFallbacks() : machine.onFallbacks();
    List<Recipe> onFallbacks =
        fallbacks("onFallback", on, OperationType.STARTUP, first, mayCut, wrong);
    if (!wrong.isEmpty()) {
      throw new Unusable(String.join("; ", wrong));
    }
    return new PowerPlan(recipes, onFallbacks);
  }

  private List<Recipe> fallbacks(
      String list,
      List<PowerWish.Fallback> wishes,
      OperationType type,
      PowerWish.Fallback first,
      boolean mayCut,
      List<String> wrong) {
    List<Recipe> recipes = new ArrayList<>();
    for (int i = 0; i < wishes.size(); i++) {
      PowerWish.Fallback next = wishes.get(i);
      boolean same = next.recipe().equals(first.recipe());
      Map<String, String> own = new TreeMap<>(same ? first.parameters() : Map.of());
      own.putAll(next.parameters());
      Optional<String> key = next.secret().isPresent() || !same ? next.secret() : first.secret();
      var complete = new PowerWish.Fallback(next.recipe(), next.after(), own, key);
      String field = FIELD + "." + list + "[" + i + "]";
      resolve(field, complete, EnumSet.of(type), mayCut, wrong).ifPresent(recipes::add);
    }
    return recipes;
  }

  private Optional<Recipe> resolve(
      String field,
      PowerWish.Fallback wish,
      Set<OperationType> uses,
      boolean mayCut,
      List<String> wrong) {
    String name = wish.recipe();
    Optional<Definition> found = catalogue.find(name);
    if (name.equals(JOB) || found.isEmpty()) {
      wrong.add(field + ".recipe: " + unknown(name));
      return Optional.empty();
    }
    Definition recipe = found.get();
    boolean off = uses.contains(OperationType.SHUTDOWN);
    boolean cannotOff = off && recipe.off().isEmpty();
    if (cannotOff || (uses.contains(OperationType.STARTUP) && recipe.on().isEmpty())) {
      wrong.add(
          field
              + ".recipe: "
              + name
              + (cannotOff ? " switches nothing off" : " switches nothing on")
              + "; write another recipe");
      return Optional.empty();
    }
    wrong.addAll(recipe.complaints(field + ".parameters", wish.parameters()));
    missingSecret(recipe, wish.secret()).ifPresent(why -> wrong.add(field + ".secretRef: " + why));
    Map<String, String> complete = recipe.complete(wish.parameters());
    if (off && recipe.cuts(complete) && !mayCut) {
      wrong.add(
          FIELD
              + ".cutPower: recipe "
              + name
              + " cuts the power of a running machine; write afterDrain to allow it, or power off"
              + " with a recipe that shuts down");
    }
    return Optional.of(
        new Recipe(
            name,
            complete,
            wish.secret(),
            wish.after(),
            recipe.on().orElse(Recipe.Giver.OPERATOR),
            recipe.off().orElse(Recipe.Giver.OPERATOR),
            recipe.probe()));
  }

  private static Optional<String> missingSecret(Definition recipe, Optional<String> secret) {
    List<String> needed =
        recipe.parameters().stream()
            .filter(parameter -> parameter.secret() && parameter.required())
            .map(Parameter::name)
            .toList();
    return secret.isPresent() || needed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "missing; recipe "
                + recipe.name()
                + " needs a Secret with "
                + String.join(", ", needed));
  }

  private String unknown(String name) {
    List<String> names =
        catalogue.all().stream()
            .filter(recipe -> recipe.off().isPresent())
            .map(Definition::name)
            .filter(recipe -> !recipe.equals(JOB))
            .toList();
    return name.equals(JOB)
        ? "job runs pod specs; write startupPodSpec and shutdownPodSpec instead of power"
        : "there is no recipe " + name + "; there are " + String.join(", ", names);
  }
}
