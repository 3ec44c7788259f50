package org.homelab.autoscaler.camel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Loads the shipped routes and the user's. A shipped route, route configuration or route template
 * is left out where the user has one with the same id, so that a flow is changed by writing just
 * the route that differs.
 */
public final class RouteFiles {
  private static final String SUFFIX = ".camel.yaml";
  private static final Pattern LINE = Pattern.compile("line[: ]+(\\d+)");

  /** Tells a user's routes from ours also where the files have the same name. */
  private static final String CUSTOM = "custom/";

  private final Path shipped;
  private final Optional<Path> custom;

  /** A route file that cannot be loaded; the message names file, line and reason. */
  public static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(Path file, int line, String reason) {
      super("route file " + file + ", line " + line + ": " + reason);
    }

    Broken(Path file, int line, String reason, Exception cause) {
      super("route file " + file + ", line " + line + ": " + reason, cause);
    }

    Broken(Path file, Exception cause) {
      super(describe(file, cause), cause);
    }

    private static String describe(Path file, Exception cause) {
      String words = words(cause);
      Matcher line = LINE.matcher(words);
      String where = line.find() ? ", line " + line.group(1) : "";
      return "route file " + file + where + ": " + words.lines().findFirst().orElse("");
    }

    private static String words(Throwable cause) {
      Throwable root = cause;
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

  /**
   * Where Kamelets are found, as Camel's kamelet component wants it; the user's come first. They
   * may also lie among the routes, because a ConfigMap has no folders.
   */
  public String kameletLocation() {
    return Stream.concat(custom.stream(), Stream.of(shipped))
        .flatMap(folder -> Stream.of(folder.resolve("kamelets"), folder))
        .map(folder -> "file:" + folder)
        .collect(Collectors.joining(","));
  }

  /**
   * Adds the routes to the context.
   *
   * @throws Broken if a file cannot be loaded; the context is then of no use
   */
  public void load(CamelContext context) {
    List<RouteFile> users = custom.map(RouteFiles::read).orElse(List.of());
    refuseTwins(users);
    Set<String> replaced =
        users.stream().flatMap(RouteFile::names).collect(Collectors.toUnmodifiableSet());
    Stream<RouteFile> ours = read(shipped).stream().map(file -> file.without(replaced));
    List<Loaded> all =
        Stream.concat(
                ours.filter(file -> !file.elements().isEmpty())
                    .map(file -> Loaded.of(context, "", file)),
                users.stream()
                    .filter(file -> !file.elements().isEmpty())
                    .map(file -> Loaded.of(context, CUSTOM, file)))
            .toList();
    // All configurations before the first route: a route takes on those that are there, no others.
    all.forEach(file -> file.addConfigurations(context));
    all.forEach(file -> file.addRoutes(context));
  }

  private static void refuseTwins(List<RouteFile> files) {
    Map<String, Path> first = new HashMap<>();
    for (RouteFile file : files) {
      for (RouteFile.Element element : file.elements()) {
        element
            .name()
            .flatMap(name -> Optional.ofNullable(first.put(name, file.path())))
            .ifPresent(
                other -> {
                  throw new Broken(
                      file.path(),
                      element.line(),
                      element.name().orElseThrow() + " is there twice, also in " + other);
                });
      }
    }
  }

  private static List<RouteFile> read(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .sorted()
          .map(RouteFile::read)
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private record Loaded(Path path, List<RoutesBuilder> builders) {
    private interface Step {
      void with(RoutesBuilder builder) throws Exception;
    }

    static Loaded of(CamelContext context, String folder, RouteFile file) {
      try {
        return new Loaded(
            file.path(),
            new ArrayList<>(
                PluginHelper.getRoutesLoader(context)
                    .findRoutesBuilders(
                        ResourceHelper.fromBytes(
                            folder + file.path().getFileName(),
                            file.text().getBytes(StandardCharsets.UTF_8)))));
      } catch (Exception broken) {
        throw new Broken(file.path(), broken);
      }
    }

    void addConfigurations(CamelContext context) {
      each(
          builder -> {
            if (builder instanceof RouteConfigurationsBuilder configurations) {
              context.addRoutesConfigurations(configurations);
            }
          });
    }

    void addRoutes(CamelContext context) {
      each(context::addRoutes);
      each(context::addTemplatedRoutes);
    }

    private void each(Step step) {
      for (RoutesBuilder builder : builders) {
        try {
          step.with(builder);
        } catch (Exception broken) {
          throw new Broken(path, broken);
        }
      }
    }
  }
}
