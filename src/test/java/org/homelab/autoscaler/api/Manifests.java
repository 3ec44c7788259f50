package org.homelab.autoscaler.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/** Manifests as users write them: {@code valid-*.yaml} and {@code invalid-*.yaml}. */
final class Manifests {
  private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();
  private static final Path FOLDER = Path.of("src", "test", "resources", "manifests");

  /** A resource of a file. */
  record Manifest(Path file, JsonNode tree) {
    String kind() {
      return tree.required("kind").asText();
    }

    @Override
    public String toString() {
      return file.getFileName() + " " + tree.at("/metadata/name").asText();
    }
  }

  static Stream<Manifest> valid() {
    return files("valid-").flatMap(file -> read(file).stream());
  }

  static Stream<Manifest> invalid() {
    return files("invalid-").flatMap(file -> read(file).stream());
  }

  /** What a user must see who applies an invalid manifest. */
  static String message(Manifest invalid) {
    String name = invalid.file().getFileName().toString().replace(".yaml", ".message");
    return text(invalid.file().resolveSibling(name)).strip();
  }

  private static Stream<Path> files(String prefix) {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> file.getFileName().toString().endsWith(".yaml"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Manifest> read(Path file) {
    return StreamSupport.stream(new Yaml().loadAll(text(file)).spliterator(), false)
        .map(document -> KUBERNETES.convertValue(document, JsonNode.class))
        .map(tree -> new Manifest(file, tree))
        .toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Manifests() {}
}
