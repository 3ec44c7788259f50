package org.homelab.autoscaler.deploy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.homelab.autoscaler.testing.Kubectl;

/**
 * What an overlay comes to.
 *
 * @param manifest all its documents, as {@code kubectl kustomize} prints them
 */
record Overlay(String manifest) {
  /** One of those that are shipped, or any folder with a kustomization. */
  static Overlay render(Kubectl kubectl, Path folder) {
    return new Overlay(kubectl.run("kustomize", folder.toString()).orFail());
  }

  /** One that is written here, as a user's would be, beside the shipped ones. */
  static Overlay render(Kubectl kubectl, String name, String kustomization) {
    try {
      Path folder = Files.createDirectories(Path.of("target", "overlays", name));
      Files.writeString(folder.resolve("kustomization.yaml"), kustomization);
      return render(kubectl, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  List<HasMetadata> objects() {
    Object read =
        Serialization.unmarshal(
            new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)));
    return read instanceof List<?> list ? (List<HasMetadata>) list : List.of((HasMetadata) read);
  }

  <T extends HasMetadata> Stream<T> all(Class<T> kind) {
    return objects().stream().filter(kind::isInstance).map(kind::cast);
  }

  <T extends HasMetadata> T one(Class<T> kind, String name) {
    return all(kind)
        .filter(object -> name.equals(object.getMetadata().getName()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " " + name));
  }
}
