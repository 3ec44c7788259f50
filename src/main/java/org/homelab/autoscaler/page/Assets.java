package org.homelab.autoscaler.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of the page, from the class path: our own, and the few of the libraries that it uses.
 * What is not named here is not served.
 */
final class Assets {
  private static final String LIBRARIES = "META-INF/resources/webjars/";

  private static final Map<String, String> FILES =
      Map.ofEntries(
          Map.entry("/", "page/index.html"),
          Map.entry("/page.css", "page/page.css"),
          Map.entry("/icon.svg", "page/icon.svg"),
          Map.entry("/app.js", "page/app.js"),
          Map.entry("/store.js", "page/store.js"),
          Map.entry("/rack.js", "page/rack.js"),
          Map.entry("/machine.js", "page/machine.js"),
          Map.entry("/charts.js", "page/charts.js"),
          Map.entry("/words.js", "page/words.js"),
          Map.entry("/deeds.js", "page/deeds.js"),
          Map.entry("/lib/lit-html.js", LIBRARIES + "lit-html/3.2.1/lit-html.js"),
          Map.entry("/lib/directive.js", LIBRARIES + "lit-html/3.2.1/directive.js"),
          Map.entry("/lib/directive-helpers.js", LIBRARIES + "lit-html/3.2.1/directive-helpers.js"),
          Map.entry("/lib/directives/repeat.js", LIBRARIES + "lit-html/3.2.1/directives/repeat.js"),
          Map.entry("/lib/uplot.js", LIBRARIES + "uplot/1.6.30/dist/uPlot.esm.js"),
          Map.entry("/lib/uplot.css", LIBRARIES + "uplot/1.6.30/dist/uPlot.min.css"));

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, File> loaded = new ConcurrentHashMap<>();

  /**
   * A file.
   *
   * @param type its media type
   */
  record File(String type, byte[] content) {}

  /** Every path there is a file for. */
  static Iterable<String> paths() {
    return FILES.keySet();
  }

  /** The file of that path. */
  Optional<File> file(String path) {
    return Optional.ofNullable(FILES.get(path))
        .map(name -> loaded.computeIfAbsent(name, Assets::load));
  }

  private static File load(String name) {
    try (InputStream stream = Assets.class.getClassLoader().getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new File(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), stream.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
