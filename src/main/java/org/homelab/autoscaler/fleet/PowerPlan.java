package org.homelab.autoscaler.fleet;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How one machine is switched: the recipe and what to use when it does not work.
 *
 * @param recipes at least one; the first switches on and off, the others are what to power off with
 *     then, in order
 * @param onFallbacks what to power on with then, in order
 */
public record PowerPlan(List<Recipe> recipes, List<Recipe> onFallbacks) {
  /** The pod specs and nothing else. */
  public static final PowerPlan JOBS = new PowerPlan(List.of(Recipe.JOB));

  public PowerPlan {
    recipes = List.copyOf(recipes);
    onFallbacks = List.copyOf(onFallbacks);
  }

  /** One that powers on in one way only. */
  public PowerPlan(List<Recipe> recipes) {
    this(recipes, List.of());
  }

  /** The recipe that switches on and off. */
  public Recipe first() {
    return recipes.get(0);
  }

  /** The recipe of that stage, 0 the first; the last where an edit has left fewer. */
  public Recipe recipe(OperationType type, int stage) {
    List<Recipe> all = all(type);
    return all.get(Math.min(Math.max(stage, 0), all.size() - 1));
  }

  /** What comes after that stage. */
  public Optional<Recipe> next(OperationType type, int stage) {
    List<Recipe> all = all(type);
    return stage + 1 < all.size() ? Optional.of(all.get(stage + 1)) : Optional.empty();
  }

  private List<Recipe> all(OperationType type) {
    return switch (type) {
      case STARTUP -> Stream.concat(Stream.of(first()), onFallbacks.stream()).toList();
      case SHUTDOWN -> recipes;
    };
  }

  /** The recipe of that stage if the operator itself gives that command by it, not a Job. */
  public Optional<String> givenByOperator(OperationType type, int stage) {
    return Optional.of(recipe(type, stage))
        .filter(recipe -> recipe.giver(type) == Recipe.Giver.OPERATOR)
        .map(Recipe::name);
  }

  /** The recipe that tells most about the machine's power, the first of these. */
  public Optional<Recipe> probing() {
    return recipes.stream()
        .filter(recipe -> recipe.probe() == Recipe.Probe.POWER)
        .findFirst()
        .or(() -> recipes.stream().filter(it -> it.probe() != Recipe.Probe.NONE).findFirst());
  }

  /** What can be told about the machine's power. */
  public Recipe.Probe probe() {
    return probing().map(Recipe::probe).orElse(Recipe.Probe.NONE);
  }
}
