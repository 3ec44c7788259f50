package org.homelab.autoscaler.recipes;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One use of a recipe: for whom, with which parameters. Travels with the exchange as its property
 * {@value #PROPERTY}; whoever prints it sees no value.
 */
public final class Call {
  /** Name of the exchange property. */
  public static final String PROPERTY = "recipe";

  private final String recipe;
  private final String machine;
  private final Map<String, String> parameters;
  private final Map<String, String> secrets;
  private final Optional<Consumer<String>> rehearsal;
  private final BooleanSupplier wanted;
  private final boolean patient;

  private Call(
      String recipe,
      String machine,
      Map<String, String> parameters,
      Map<String, String> secrets,
      Optional<Consumer<String>> rehearsal,
      BooleanSupplier wanted,
      boolean patient) {
    this.patient = patient;
    this.recipe = recipe;
    this.machine = machine;
    this.parameters = Map.copyOf(parameters);
    this.secrets = Map.copyOf(secrets);
    this.rehearsal = rehearsal;
    this.wanted = wanted;
  }

  /**
   * A call in earnest.
   *
   * @param wanted whether the command is still wanted, for recipes that repeat themselves
   */
  public static Call of(
      String recipe,
      String machine,
      Map<String, String> parameters,
      Map<String, String> secrets,
      BooleanSupplier wanted) {
    return new Call(recipe, machine, parameters, secrets, Optional.empty(), wanted, false);
  }

  /** The same, but nothing is sent: what would be is told. */
  public Call rehearsed(Consumer<String> told) {
    return new Call(recipe, machine, parameters, secrets, Optional.of(told), wanted, patient);
  }

  /** The same for somebody who waits until nothing more is to be done. */
  public Call waitedFor() {
    return new Call(recipe, machine, parameters, secrets, rehearsal, wanted, true);
  }

  /** Whether somebody waits until nothing more is to be done. */
  boolean patient() {
    return patient;
  }

  /** Name of the recipe. */
  public String recipe() {
    return recipe;
  }

  /** Name of the machine. */
  public String machine() {
    return machine;
  }

  /** Whether the command is still wanted. */
  public boolean wanted() {
    return wanted.getAsBoolean();
  }

  /**
   * To be called right before anything is sent, the second time too: a process that was paused, or
   * has lost its lead while a device did not answer, would switch what others have switched since.
   *
   * @throws RecipeFailure if the command is not wanted any more
   */
  void stillWanted(String device) {
    if (!wanted()) {
      throw unclear(
          device, "nothing more was sent; the command is taken back, or another replica leads");
    }
  }

  /**
   * Where there is a rehearsal, tells what would be sent.
   *
   * @return whether it is a rehearsal, so that nothing may be sent
   */
  boolean rehearse(String what) {
    rehearsal.ifPresent(told -> told.accept(what));
    return rehearsal.isPresent();
  }

  /** The value of a parameter that is no secret; empty text where nobody said anything. */
  public String text(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** The same, or nothing for an empty text. */
  public Optional<String> given(String name) {
    return Optional.of(text(name)).filter(value -> !value.isEmpty());
  }

  /** The value of a number. */
  public int number(String name) {
    return Integer.parseInt(text(name));
  }

  /** The value of a boolean. */
  public boolean flag(String name) {
    return text(name).equals("true");
  }

  /** The value of a number of seconds. */
  public Duration seconds(String name) {
    return Duration.ofMillis((long) (Double.parseDouble(text(name)) * 1000));
  }

  /** A secret; empty text where the Secret has no such entry. For recipes only. */
  public String secret(String name) {
    return secrets.getOrDefault(name, "");
  }

  /** A failure after which nobody knows what became of the command. */
  RecipeFailure unclear(String device, String what) {
    return new RecipeFailure(words(device, what));
  }

  /** A failure after which the command has certainly not been carried out. */
  RecipeFailure.NotTaken notTaken(String device, String what) {
    return new RecipeFailure.NotTaken(words(device, what));
  }

  private String words(String device, String what) {
    return redacted("recipe " + recipe + ", " + device + ": " + what);
  }

  /** The text without any secret that somebody else's words may have brought into it. */
  String redacted(String text) {
    String clean = text;
    for (String secret : secrets.values()) {
      if (secret.length() > 2) {
        clean = clean.replace(secret, "***");
      }
    }
    return clean;
  }

  @Override
  public String toString() {
    return recipe + " of " + machine;
  }
}
