package org.homelab.autoscaler.recipes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.Recipe.Giver;
import org.homelab.autoscaler.fleet.Recipe.Probe;

/**
 * What a recipe is: up to four Kamelets with the same properties.
 *
 * @param parameters in the order of the file
 * @param on who carries out its power-on; empty if it has none
 * @param off who carries out its power-off; empty if it has none
 * @param cuts with which parameters its power-off cuts power: {@code true}, {@code
 *     offType=ForceOff}; empty if it never does
 * @param cycles whether it can switch off and on again, which only a person at the desk asks for
 */
public record Definition(
    String name,
    String title,
    String description,
    List<Parameter> parameters,
    Optional<Giver> on,
    Optional<Giver> off,
    Probe probe,
    Optional<String> cuts,
    boolean cycles) {
  public Definition {
    parameters = List.copyOf(parameters);
  }

  /** The names of its parts, as they are asked for at the desk. */
  public List<String> parts() {
    return Stream.of(
            on.map(giver -> "on"),
            off.map(giver -> "off"),
            Optional.of("probe").filter(part -> probe != Probe.NONE),
            Optional.of("cycle").filter(part -> cycles))
        .flatMap(Optional::stream)
        .toList();
  }

  /** The parameter of that name. */
  public Optional<Parameter> parameter(String parameter) {
    return parameters.stream().filter(one -> one.name().equals(parameter)).findFirst();
  }

  /** Whether with these parameters its power-off takes the power away from a running system. */
  boolean cuts(Map<String, String> given) {
    return cuts.filter(
            when -> {
              int equals = when.indexOf('=');
              return equals < 0
                  ? when.equals("true")
                  : when.substring(equals + 1).equals(given.get(when.substring(0, equals)));
            })
        .isPresent();
  }

  /** The given values and the defaults of the others. */
  public Map<String, String> complete(Map<String, String> given) {
    var all = new TreeMap<>(given);
    for (Parameter parameter : parameters) {
      if (!parameter.secret()) {
        parameter.fallback().ifPresent(value -> all.putIfAbsent(parameter.name(), value));
      }
    }
    return all;
  }

  /**
   * What is wrong with these values, each with its field and the fix.
   *
   * @param field where they stand, such as {@code spec.power.parameters}
   */
  public List<String> complaints(String field, Map<String, String> given) {
    var found = new ArrayList<String>();
    new TreeMap<>(given)
        .forEach(
            (key, value) ->
                wrong(key, value).ifPresent(why -> found.add(field + "." + key + ": " + why)));
    for (Parameter parameter : parameters) {
      if (parameter.required() && !parameter.secret() && !given.containsKey(parameter.name())) {
        found.add(field + "." + parameter.name() + ": missing; write " + parameter.lowered());
      }
    }
    return found;
  }

  private Optional<String> wrong(String key, String value) {
    Optional<Parameter> parameter = parameter(key);
    if (parameter.isEmpty()) {
      List<String> names =
          parameters.stream().filter(one -> !one.secret()).map(Parameter::name).toList();
      return Optional.of("recipe " + name + " has no such parameter; it has " + names);
    }
    return parameter.get().secret()
        ? Optional.of("a secret; put it into the Secret that secretRef names, under " + key)
        : parameter.get().complaint(value);
  }
}
