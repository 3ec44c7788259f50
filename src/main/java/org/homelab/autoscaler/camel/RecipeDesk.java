package org.homelab.autoscaler.camel;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.homelab.autoscaler.fleet.DeviceReading;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.fleet.Touched;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.recipes.Call;
import org.homelab.autoscaler.recipes.Catalogue;
import org.homelab.autoscaler.recipes.Definition;
import org.homelab.autoscaler.recipes.Parameter;
import org.homelab.autoscaler.recipes.Reading;
import org.homelab.autoscaler.recipes.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands recipes what they need: the bean {@code recipes} of the routes. Parameters travel as
 * exchange variables and secrets in the {@link Call}, so that neither is ever part of a URI: the
 * Kamelet's properties are references to them, the same for every machine, and what a value holds
 * is never evaluated.
 */
public final class RecipeDesk {
  /** Exchange property with the Kamelet to call. */
  public static final String KAMELET = "kamelet";

  private static final Logger LOG = LoggerFactory.getLogger(RecipeDesk.class);

  private final Fleet fleet;
  private final Catalogue catalogue;
  private final Secrets secrets;
  private final Clock clock;
  private final BooleanSupplier leading;

  /** Hands out the recipes of that catalogue for the machines of that fleet. */
  public RecipeDesk(Fleet fleet, Catalogue catalogue, Secrets secrets, Clock clock) {
    this(fleet, catalogue, secrets, clock, () -> true);
  }

  /**
   * Hands out the recipes of that catalogue for the machines of that fleet.
   *
   * @param leading whether this replica may act; once it may not, a recipe that repeats itself
   *     ends, for another replica may have given another command since
   */
  public RecipeDesk(
      Fleet fleet, Catalogue catalogue, Secrets secrets, Clock clock, BooleanSupplier leading) {
    this.leading = leading;
    this.fleet = fleet;
    this.catalogue = catalogue;
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * Prepares the command of a step.
   *
   * @throws org.homelab.autoscaler.recipes.RecipeFailure.NotTaken if a secret cannot be read
   */
  public void prepare(@Body Step step, Exchange exchange) {
    Machine machine = step.machine();
    Operation operation = step.after().operation().orElseThrow();
    Operation.Command command = operation.command().orElseThrow();
    Recipe recipe = machine.power().recipe(operation.type(), command.stage());
    String part =
        switch (operation.type()) {
          case STARTUP -> "on";
          case SHUTDOWN -> "off";
        };
    Call call =
        Call.of(
            recipe.name(),
            machine.name(),
            recipe.parameters(),
            recipe.giver(operation.type()) == Recipe.Giver.OPERATOR ? entries(recipe) : Map.of(),
            () -> wanted(machine.key(), operation.type(), command.attempt()));
    hand(exchange, call, part);
  }

  /** Whether the machine has a recipe that can look at it. */
  public boolean probes(@Body ObjectKey key) {
    return fleet.machine(key).flatMap(machine -> machine.power().probing()).isPresent();
  }

  /** Prepares the probe of a machine. */
  public void prepareProbe(@Body ObjectKey key, Exchange exchange) {
    Recipe recipe =
        fleet.machine(key).flatMap(machine -> machine.power().probing()).orElse(Recipe.JOB);
    exchange.setProperty("askedAt", clock.instant());
    hand(
        exchange,
        Call.of(recipe.name(), key.name(), recipe.parameters(), entries(recipe), () -> true),
        "probe");
  }

  /**
   * Takes in what a probe saw; a probe that failed has seen nothing.
   *
   * @return what wants another look because of it
   */
  public Touched record(@Body ObjectKey key, Exchange exchange) {
    Reading reading =
        Optional.ofNullable(exchange.getVariable("reading", Reading.class))
            .orElseGet(() -> Reading.unknown(failure(exchange)));
    if (reading.power() == ObservedPower.UNKNOWN) {
      LOG.debug("machine={} probe=unknown: {}", key.name(), reading.why());
    }
    return fleet.read(
        key,
        new DeviceReading(
            reading.power(),
            exchange.getProperty("askedAt", clock.instant(), java.time.Instant.class),
            reading.watts(),
            reading.kilowattHours()));
  }

  private static String failure(Exchange exchange) {
    Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    return caught == null ? "the probe said nothing" : OneLine.of(caught);
  }

  /**
   * Prepares a Kamelet for a flow of a user's: its parameters are the variables of the exchange,
   * defaults filled in, its secrets those of the Secret that variable {@code secretName} names.
   *
   * @param kamelet such as {@code wake-on-lan-on}
   * @throws IllegalArgumentException if there is none, a parameter is wrong, or a Job would carry
   *     it out
   */
  public void take(String kamelet, Exchange exchange) {
    if (kamelet.endsWith("-cycle")) {
      throw new IllegalArgumentException(
          kamelet + " is for the desk only: a flow does not know what runs on the machine");
    }
    int dash = kamelet.lastIndexOf('-');
    String name = kamelet.substring(0, Math.max(dash, 0));
    Definition recipe =
        catalogue
            .find(name)
            .orElseThrow(() -> new IllegalArgumentException("there is no recipe " + name));
    String part = kamelet.substring(dash + 1);
    checkGiver(recipe, part);
    Map<String, String> given = new HashMap<>();
    for (Parameter parameter : recipe.parameters()) {
      String value = exchange.getVariable(parameter.name(), String.class);
      if (value != null && !parameter.secret()) {
        given.put(parameter.name(), value);
      }
    }
    List<String> wrong = recipe.complaints("variable", given);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", wrong));
    }
    String secret = exchange.getVariable("secretName", "", String.class);
    Map<String, String> entries = secret.isEmpty() ? Map.of() : secrets.read(secret);
    Call call = Call.of(name, "a flow", recipe.complete(given), entries, () -> true);
    hand(exchange, call, part);
  }

  private static void checkGiver(Definition recipe, String part) {
    Optional<Recipe.Giver> giver =
        switch (part) {
          case "on" -> recipe.on();
          case "off" -> recipe.off();
          default -> Optional.empty();
        };
    if (giver.filter(who -> who == Recipe.Giver.JOB).isPresent()) {
      throw new IllegalArgumentException(
          recipe.name()
              + "-"
              + part
              + " is carried out by a Job here, which only a machine's own command can be: take a"
              + " recipe that the operator carries out itself, as it does wake-on-lan with"
              + " hostNetwork: true and homelab.host-network=true");
    }
  }

  /** Sets an exchange up for a Kamelet of the call's recipe: on, off or probe. */
  public void hand(Exchange exchange, Call call, String part) {
    Definition recipe = catalogue.find(call.recipe()).orElseThrow();
    exchange.setProperty(Call.PROPERTY, call);
    for (Parameter parameter : recipe.parameters()) {
      if (!parameter.secret()) {
        exchange.setVariable(parameter.name(), call.text(parameter.name()));
      }
    }
    exchange.setProperty(KAMELET, recipe.name() + "-" + part + references(recipe));
  }

  /** The same for every machine: what is looked up, not what is found. */
  private static String references(Definition recipe) {
    return recipe.parameters().stream()
        .map(
            parameter ->
                parameter.name()
                    + "=RAW("
                    + (parameter.secret()
                        ? "${exchangeProperty.recipe.secret('" + parameter.name() + "')}"
                        : "${variable." + parameter.name() + "}")
                    + ")")
        .collect(Collectors.joining("&", recipe.parameters().isEmpty() ? "" : "?", ""));
  }

  private Map<String, String> entries(Recipe recipe) {
    return recipe.secret().map(secrets::read).orElse(Map.of());
  }

  private boolean wanted(ObjectKey key, OperationType type, int attempt) {
    return leading.getAsBoolean()
        && fleet
            .machine(key)
            .flatMap(machine -> machine.status().operation())
            .filter(operation -> operation.type() == type)
            .flatMap(Operation::command)
            .filter(command -> command.attempt() == attempt)
            .isPresent();
  }
}
