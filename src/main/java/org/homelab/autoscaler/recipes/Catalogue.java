package org.homelab.autoscaler.recipes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.Recipe.Giver;
import org.homelab.autoscaler.fleet.Recipe.Probe;

/** Every recipe there is, read from Kamelet files; a user's file goes before a shipped one. */
public final class Catalogue {
  /** Says on a Kamelet who gives its command: operator, job, or host-network for either. */
  static final String GIVEN_BY = "homelab-autoscaler.dev/given-by";

  /** Says on a power-off when it cuts the power of a running system. */
  static final String CUTS = "homelab-autoscaler.dev/cuts-power";

  /** Says on a probe what it tells: power or life. */
  static final String TELLS = "homelab-autoscaler.dev/tells";

  private static final Pattern FILE = Pattern.compile("(.+)-(on|off|probe|cycle)[.]kamelet[.]yaml");
  private static final Set<String> RESERVED =
      Set.of(
          "block",
          "bridgeErrorHandler",
          "exceptionHandler",
          "exchangePattern",
          "failIfNoConsumers",
          "lazyStartProducer",
          "location",
          "noErrorHandler",
          "timeout");

  private static final YAMLMapper YAML = new YAMLMapper();

  private final Map<String, Definition> recipes;

  /** A recipe's files cannot be used; the message names the file and the fix. */
  public static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(Path file, String why) {
      super("recipe file " + file + ": " + why);
    }
  }

  private record Kamelet(Path file, JsonNode tree) {
    JsonNode definition() {
      return tree.path("spec").path("definition");
    }

    Optional<String> annotation(String name) {
      return Optional.ofNullable(tree.path("metadata").path("annotations").path(name).textValue());
    }

    List<Parameter> parameters() {
      Set<String> required = new TreeSet<>();
      definition().path("required").forEach(name -> required.add(name.asText()));
      return definition().path("properties").properties().stream()
          .map(it -> Parameter.of(it.getKey(), it.getValue(), required.contains(it.getKey())))
          .toList();
    }
  }

  private Catalogue(Map<String, Definition> recipes) {
    this.recipes = recipes;
  }

  /**
   * Reads the recipes of these folders.
   *
   * @param folders folders of Kamelets, those that go first first; one that is not there is empty
   * @param hostNetwork whether the operator is on the network of its host, so that its broadcasts
   *     reach the machines
   * @throws Broken if a file cannot be used
   */
  public static Catalogue read(List<Path> folders, boolean hostNetwork) {
    Map<String, Map<String, Kamelet>> files = new TreeMap<>();
    for (Path folder : folders) {
      for (Path file : kamelets(folder)) {
        Matcher name = FILE.matcher(file.getFileName().toString());
        if (name.matches()) {
          files
              .computeIfAbsent(name.group(1), recipe -> new TreeMap<>())
              .computeIfAbsent(name.group(2), part -> new Kamelet(file, tree(file)));
        }
      }
    }
    Map<String, Definition> recipes = new TreeMap<>();
    files.forEach((name, parts) -> recipes.put(name, define(name, parts, hostNetwork)));
    return new Catalogue(recipes);
  }

  /** All of them, by name. */
  public List<Definition> all() {
    return List.copyOf(recipes.values());
  }

  /** The recipe of that name. */
  public Optional<Definition> find(String name) {
    return Optional.ofNullable(recipes.get(name));
  }

  private static List<Path> kamelets(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException unreadable) {
      throw new Broken(folder, "cannot be read: " + unreadable.getMessage());
    }
  }

  private static JsonNode tree(Path file) {
    try {
      return YAML.readTree(file.toFile());
    } catch (IOException unreadable) {
      String why = unreadable.getMessage() == null ? "" : unreadable.getMessage();
      throw new Broken(file, "is no YAML: " + why.lines().findFirst().orElse(""));
    }
  }

  private static Definition define(String name, Map<String, Kamelet> parts, boolean hostNetwork) {
    Kamelet first = parts.getOrDefault("on", parts.values().iterator().next());
    return new Definition(
        name,
        first.definition().path("title").asText(name),
        first.definition().path("description").asText(),
        List.copyOf(parameters(first, parts).values()),
        Optional.ofNullable(parts.get("on")).map(kamelet -> giver(kamelet, hostNetwork)),
        Optional.ofNullable(parts.get("off")).map(kamelet -> giver(kamelet, hostNetwork)),
        Optional.ofNullable(parts.get("probe")).map(Catalogue::probe).orElse(Probe.NONE),
        Optional.ofNullable(parts.get("off")).flatMap(kamelet -> kamelet.annotation(CUTS)),
        parts.containsKey("cycle"));
  }

  /** Parts may leave a parameter out, but not mean something else by it. */
  private static Map<String, Parameter> parameters(Kamelet first, Map<String, Kamelet> parts) {
    Map<String, Parameter> all = new LinkedHashMap<>();
    first.parameters().forEach(parameter -> all.put(parameter.name(), parameter));
    for (Kamelet other : parts.values()) {
      for (Parameter parameter : other.parameters()) {
        if (RESERVED.contains(parameter.name())) {
          throw new Broken(
              other.file(),
              "property " + parameter.name() + " is an option of kamelet endpoints; rename it");
        }
        Parameter known = all.putIfAbsent(parameter.name(), parameter);
        if (known != null && !known.equals(parameter)) {
          throw new Broken(
              other.file(),
              "property " + parameter.name() + " is not declared as in " + first.file());
        }
      }
    }
    return all;
  }

  private static Giver giver(Kamelet kamelet, boolean hostNetwork) {
    String who = kamelet.annotation(GIVEN_BY).orElse("operator");
    return switch (who) {
      case "operator" -> Giver.OPERATOR;
      case "job" -> Giver.JOB;
      case "host-network" -> hostNetwork ? Giver.OPERATOR : Giver.JOB;
      default ->
          throw new Broken(
              kamelet.file(),
              "annotation " + GIVEN_BY + ": write operator, job or host-network, not " + who);
    };
  }

  private static Probe probe(Kamelet kamelet) {
    String what = kamelet.annotation(TELLS).orElse("power");
    return switch (what) {
      case "power" -> Probe.POWER;
      case "life" -> Probe.LIFE;
      default ->
          throw new Broken(
              kamelet.file(), "annotation " + TELLS + ": write power or life, not " + what);
    };
  }
}
