package org.homelab.autoscaler.scenario;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.Yaml;

/**
 * Which beans the shipped power routes call, in which order: a scenario runs what a user runs. What
 * a route only tells or leaves to users is passed over.
 */
final class PowerRoutes {
  private static final Path FILE = Path.of("routes/power.camel.yaml");
  private static final Set<String> BEANS =
      Set.of("status", "intents", "nodes", "jobs", "drain", "custody");

  private PowerRoutes() {}

  /** The beans of each route, by its id. */
  static Map<String, List<String>> read() {
    try (Reader reader = Files.newBufferedReader(FILE)) {
      Map<String, List<String>> routes = new HashMap<>();
      for (Object entry : new Yaml().<List<Object>>load(reader)) {
        Map<?, ?> route = map(map(entry).get("route"));
        List<String> beans = new ArrayList<>();
        for (Object step : (List<?>) map(route.get("from")).get("steps")) {
          collect(map(step), beans);
        }
        routes.put((String) route.get("id"), List.copyOf(beans));
      }
      return routes;
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static void collect(Map<?, ?> step, List<String> beans) {
    if (step.get("bean") instanceof Map<?, ?> bean && BEANS.contains(bean.get("ref"))) {
      beans.add(bean.get("ref") + "." + bean.get("method"));
    }
    if ("direct:give-command".equals(step.get("to"))) {
      beans.add("kamelet.give");
    }
  }

  private static Map<?, ?> map(Object node) {
    return (Map<?, ?>) node;
  }
}
