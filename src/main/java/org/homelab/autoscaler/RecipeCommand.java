package org.homelab.autoscaler;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.support.DefaultExchange;
import org.homelab.autoscaler.camel.RecipeDesk;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Recipe;
import org.homelab.autoscaler.recipes.Call;
import org.homelab.autoscaler.recipes.Catalogue;
import org.homelab.autoscaler.recipes.Definition;
import org.homelab.autoscaler.recipes.Devices;
import org.homelab.autoscaler.recipes.Parameter;
import org.homelab.autoscaler.recipes.Reading;
import org.homelab.autoscaler.recipes.RecipeFailure;
import org.homelab.autoscaler.recipes.Secrets;
import org.slf4j.LoggerFactory;

/**
 * Tries a recipe on a device at the desk, without Kubernetes: {@code recipe wake-on-lan --mac=…
 * on}, and {@code recipes} lists them. Secrets come from the environment or from files, never from
 * the command line, which others can see.
 */
final class RecipeCommand {
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;
  private static final Set<String> PARTS = Set.of("on", "off", "probe", "cycle");
  private static final Set<String> FOLDERS = Set.of("routes", "routes.custom");
  private static final String USAGE =
      "usage: recipe NAME [--PARAMETER=VALUE ...] [--SECRET-file=PATH ...] [--dry-run]"
          + " on|off|probe|cycle;"
          + " recipes [NAME]";

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream errors;

  RecipeCommand(Map<String, String> environment, PrintStream out, PrintStream errors) {
    this.environment = environment;
    this.out = out;
    this.errors = errors;
  }

  /** Has the log hold its tongue, so that the answer stands alone. */
  static void hushLog() {
    ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME))
        .setLevel(Level.WARN);
  }

  /** Whether the arguments are for this command. */
  static boolean asked(List<String> arguments) {
    return !arguments.isEmpty() && Set.of("recipe", "recipes").contains(arguments.get(0));
  }

  /**
   * Runs it.
   *
   * @return 0 when the device did as it was told, 1 when it did not, 2 on a wrong use
   */
  int run(List<String> arguments) {
    List<String> words = new ArrayList<>();
    Map<String, String> options = new TreeMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (argument.equals("--dry-run")) {
        options.put("dry-run", "true");
      } else if (argument.startsWith("--") && equals > 0) {
        options.put(argument.substring(2, equals), argument.substring(equals + 1));
      } else {
        words.add(argument);
      }
    }
    try {
      RouteFolders folders = folders(options);
      Catalogue catalogue = catalogue(folders);
      return words.get(0).equals("recipes")
          ? list(catalogue, words)
          : use(folders, catalogue, words, options);
    } catch (WrongUse | Settings.Invalid | Catalogue.Broken wrong) {
      errors.println("homelab-autoscaler: " + wrong.getMessage());
      return WRONG_USE;
    } catch (RecipeFailure failure) {
      errors.println(failure.getMessage());
      return FAILED;
    }
  }

  /** The command line cannot be used; the message says what to write. */
  private static final class WrongUse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongUse(String message) {
      super(message);
    }
  }

  private RouteFolders folders(Map<String, String> options) {
    List<String> given =
        FOLDERS.stream()
            .filter(options::containsKey)
            .map(name -> "--" + name + "=" + options.remove(name))
            .toList();
    return new RouteFolders(
        Settings.read(
            Stream.concat(Stream.of("--grpc.tls.enabled=false"), given.stream()).toList(),
            environment));
  }

  private static Catalogue catalogue(RouteFolders folders) {
    return Catalogue.read(
        Stream.concat(folders.custom().stream(), Stream.of(folders.shipped()))
            .map(folder -> folder.resolve("kamelets"))
            .toList(),
        true);
  }

  private int list(Catalogue catalogue, List<String> words) {
    for (Definition recipe : catalogue.all()) {
      if (words.size() < 2 || words.get(1).equals(recipe.name())) {
        out.printf(
            "%s: %s (%s)%n",
            recipe.name(), recipe.description(), String.join(", ", recipe.parts()));
        recipe.parameters().forEach(this::describe);
      }
    }
    return 0;
  }

  private void describe(Parameter parameter) {
    String value =
        parameter.secret()
            ? "secret, " + variable(parameter) + " or --" + parameter.name() + "-file"
            : parameter.required() ? "required" : "default " + "\"" + shown(parameter) + "\"";
    out.printf("  --%-16s %s (%s)%n", parameter.name(), parameter.description(), value);
  }

  private static String shown(Parameter parameter) {
    return parameter.fallback().orElse("");
  }

  private int use(
      RouteFolders folders, Catalogue catalogue, List<String> words, Map<String, String> options) {
    if (words.size() != 3 || !PARTS.contains(words.get(2))) {
      throw new WrongUse(USAGE);
    }
    String name = words.get(1);
    String part = words.get(2);
    Definition recipe =
        catalogue
            .find(name)
            .orElseThrow(() -> new WrongUse("there is no recipe " + name + "; see recipes"));
    check(recipe, part);
    boolean rehearsal = options.remove("dry-run") != null;
    Map<String, String> secrets = secrets(recipe, options);
    if (name.equals("ipmi")) {
      // No image is run at the desk.
      options.putIfAbsent("image", "none");
    }
    List<String> wrong = recipe.complaints("parameter", options);
    if (!wrong.isEmpty()) {
      throw new WrongUse(String.join("; ", wrong));
    }
    Call call =
        Call.of(name, "this desk", recipe.complete(options), secrets, () -> true).waitedFor();
    Object answer = send(folders, catalogue, rehearsal ? call.rehearsed(this::tell) : call, part);
    if (answer instanceof Reading reading && !rehearsal) {
      return tell(reading);
    }
    if (!rehearsal) {
      out.println(part + ": the device took it");
    }
    return 0;
  }

  private static void check(Definition recipe, String part) {
    if (!recipe.parts().contains(part)) {
      throw new WrongUse("recipe " + recipe.name() + " has no " + part);
    }
    Optional<Recipe.Giver> giver = part.equals("on") ? recipe.on() : recipe.off();
    if (!part.equals("probe")
        && giver.filter(Recipe.Giver.JOB::equals).isPresent()
        && !Devices.JOBS_HERE.contains(recipe.name())) {
      throw new WrongUse("recipe " + recipe.name() + " runs as a Job, so only in a cluster");
    }
  }

  private Map<String, String> secrets(Definition recipe, Map<String, String> options) {
    Map<String, String> secrets = new TreeMap<>();
    for (Parameter parameter : recipe.parameters()) {
      if (!parameter.secret()) {
        continue;
      }
      if (options.containsKey(parameter.name())) {
        throw new WrongUse(
            "--%s would show a secret to everybody on this computer; use %s or --%s-file=PATH"
                .formatted(parameter.name(), variable(parameter), parameter.name()));
      }
      String file = options.remove(parameter.name() + "-file");
      Optional.ofNullable(file)
          .map(RecipeCommand::content)
          .or(() -> Optional.ofNullable(environment.get(variable(parameter))))
          .ifPresent(value -> secrets.put(parameter.name(), value));
    }
    return secrets;
  }

  private static String content(String file) {
    try {
      return Files.readString(Path.of(file)).stripTrailing();
    } catch (IOException unreadable) {
      throw new WrongUse("file " + file + " cannot be read");
    }
  }

  /** RECIPE_PRIVATE_KEY for privateKey. */
  private static String variable(Parameter parameter) {
    return "RECIPE_" + parameter.name().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
  }

  private Object send(RouteFolders folders, Catalogue catalogue, Call call, String part) {
    try (var context = new DefaultCamelContext();
        ProducerTemplate template = context.createProducerTemplate()) {
      context
          .getComponent("kamelet", KameletComponent.class)
          .setLocation(folders.routes().kameletLocation());
      // Whoever called tells what happened; the log of a route would say it twice.
      context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
      Devices.bind(context.getRegistry()::bind);
      context.start();
      var desk =
          new RecipeDesk(new Fleet(ObjectKey::name), catalogue, Secrets.NONE, Clock.systemUTC());
      var exchange = new DefaultExchange(context);
      desk.hand(exchange, call, part);
      Exchange done =
          template.send(
              "kamelet:" + exchange.getProperty(RecipeDesk.KAMELET, String.class), exchange);
      if (done.getException() != null) {
        throw done.getException();
      }
      return done.getMessage().getBody();
    } catch (RecipeFailure failure) {
      throw failure;
    } catch (Exception failure) {
      throw new RecipeFailure("recipe " + call.recipe() + ": " + StartFailure.innermost(failure));
    }
  }

  private void tell(String what) {
    out.println("would send: " + what);
  }

  private int tell(Reading reading) {
    out.print(
        switch (reading.power()) {
          case ON -> "on";
          case OFF -> "off";
          case UNKNOWN -> "unknown: " + reading.why();
        });
    reading.watts().ifPresent(watts -> out.printf(Locale.ROOT, ", %.1f W", watts));
    reading.kilowattHours().ifPresent(total -> out.printf(Locale.ROOT, ", %.3f kWh", total));
    out.println();
    return 0;
  }
}
