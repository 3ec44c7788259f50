package org.homelab.autoscaler.camel;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Loads the shipped routes and the user's. A shipped route is left out where the user has one with
 * the same id, so that a flow is changed by writing just the route that differs.
 */
public final class RouteFiles {
  private static final String SUFFIX = ".camel.yaml";
  private static final Pattern LINE = Pattern.compile("line[: ]+(\\d+)");
  private static final YAMLMapper YAML = new YAMLMapper();

  private final Path shipped;
  private final Optional<Path> custom;

  /** A route file that cannot be loaded; the message names file, line and reason. */
  public static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(Path file, Exception reason) {
      super(describe(file, reason), reason);
    }

    private static String describe(Path file, Exception reason) {
      String words = words(reason);
      Matcher line = LINE.matcher(words);
      String where = line.find() ? ", line " + line.group(1) : "";
      return "route file " + file + where + ": " + words.lines().findFirst().orElse("");
    }

    private static String words(Throwable reason) {
      Throwable root = reason;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
  }

  private RouteFiles(Path shipped, Optional<Path> custom) {
    this.shipped = shipped;
    this.custom = custom;
  }

  /** The routes of these folders. */
  public static RouteFiles of(Path shipped, Optional<Path> custom) {
    return new RouteFiles(shipped, custom);
  }

  /** Where Kamelets are found, as Camel's kamelet component wants it; the user's come first. */
  public String kameletLocation() {
    return Stream.concat(custom.stream(), Stream.of(shipped))
        .map(folder -> "file:" + folder.resolve("kamelets"))
        .reduce((first, second) -> first + "," + second)
        .orElseThrow();
  }

  /**
   * Adds the routes to the context.
   *
   * @throws Broken if a file cannot be loaded
   */
  public void load(CamelContext context) {
    Set<String> replaced = new HashSet<>();
    for (Path file : files(custom)) {
      elements(file).forEach(element -> id(element).ifPresent(replaced::add));
    }
    for (Path file : files(Optional.of(shipped))) {
      load(context, file, shippedResource(file, replaced));
    }
    for (Path file : files(custom)) {
      load(context, file, resource(file));
    }
  }

  private static void load(CamelContext context, Path file, Resource resource) {
    try {
      PluginHelper.getRoutesLoader(context).loadRoutes(resource);
    } catch (Exception broken) {
      throw new Broken(file, broken);
    }
  }

  private static Resource shippedResource(Path file, Set<String> replaced) {
    JsonNode elements = elements(file);
    ArrayNode kept = YAML.createArrayNode();
    for (JsonNode element : elements) {
      if (id(element).filter(replaced::contains).isEmpty()) {
        kept.add(element);
      }
    }
    try {
      return kept.size() == elements.size()
          ? resource(file)
          : ResourceHelper.fromString(file.getFileName().toString(), YAML.writeValueAsString(kept));
    } catch (JacksonException broken) {
      throw new Broken(file, broken);
    }
  }

  private static Resource resource(Path file) {
    try {
      return ResourceHelper.fromBytes(file.getFileName().toString(), Files.readAllBytes(file));
    } catch (IOException unreadable) {
      throw new Broken(file, unreadable);
    }
  }

  private static JsonNode elements(Path file) {
    try {
      return YAML.readTree(file.toFile());
    } catch (IOException broken) {
      throw new Broken(file, broken);
    }
  }

  private static Optional<String> id(JsonNode element) {
    return Stream.of("route", "routeConfiguration")
        .map(kind -> element.path(kind).path("id"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .findFirst();
  }

  private static List<Path> files(Optional<Path> folder) {
    if (folder.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.get())) {
      return new ArrayList<>(
          files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
