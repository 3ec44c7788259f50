package org.homelab.autoscaler;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.homelab.autoscaler.camel.RouteFiles;

/** Where the routes lie: the shipped ones beside the jar, the user's where the user says. */
final class RouteFolders {
  private final Settings settings;

  RouteFolders(Settings settings) {
    this.settings = settings;
  }

  /** The routes of both. */
  RouteFiles routes() {
    return RouteFiles.of(shipped(), custom());
  }

  /**
   * The folder of the shipped routes.
   *
   * @throws Settings.Invalid if there is none
   */
  Path shipped() {
    Path given = Path.of(settings.text(Setting.ROUTES));
    List<Path> candidates =
        given.isAbsolute()
            ? List.of(given)
            : Stream.concat(
                    besideTheJar().map(folder -> folder.resolve(given)).stream(), Stream.of(given))
                .toList();
    return candidates.stream()
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(() -> missing(Setting.ROUTES));
  }

  /**
   * The user's folder, if there is one.
   *
   * @throws Settings.Invalid if it is named but not there
   */
  Optional<Path> custom() {
    String given = settings.text(Setting.ROUTES_CUSTOM);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    if (!Files.isDirectory(Path.of(given))) {
      throw missing(Setting.ROUTES_CUSTOM);
    }
    return Optional.of(Path.of(given));
  }

  private Settings.Invalid missing(Setting setting) {
    return new Settings.Invalid(
        setting.option() + "=" + settings.text(setting) + " must be a folder with routes in it");
  }

  private static Optional<Path> besideTheJar() {
    try {
      Path code =
          Path.of(RouteFolders.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Optional.ofNullable(code.getParent());
    } catch (URISyntaxException | SecurityException unknown) {
      return Optional.empty();
    }
  }
}
