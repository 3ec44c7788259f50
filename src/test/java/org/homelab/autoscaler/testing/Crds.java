package org.homelab.autoscaler.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The project's custom resource definitions, from {@code kustomize/crd}. */
final class Crds {
  private static final Duration TIME_TO_SERVE = Duration.ofSeconds(30);

  private Crds() {}

  static void apply(KubernetesClient client) {
    List<CustomResourceDefinition> all = all(client);
    all.forEach(crd -> client.resource(crd).serverSideApply());
    all.forEach(
        crd ->
            await(crd.getMetadata().getName())
                .atMost(TIME_TO_SERVE)
                .until(() -> established(client.resource(crd).get())));
  }

  static void remove(KubernetesClient client) {
    List<CustomResourceDefinition> all = all(client);
    all.forEach(crd -> client.resource(crd).delete());
    all.forEach(
        crd ->
            await(crd.getMetadata().getName())
                .atMost(TIME_TO_SERVE)
                .until(() -> client.resource(crd).get() == null));
  }

  private static boolean established(CustomResourceDefinition crd) {
    return crd.getStatus() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(c -> "Established".equals(c.getType()) && "True".equals(c.getStatus()));
  }

  private static List<CustomResourceDefinition> all(KubernetesClient client) {
    try (Stream<Path> files = Files.list(Path.of("kustomize", "crd"))) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .flatMap(file -> load(client, file).stream())
          .filter(CustomResourceDefinition.class::isInstance)
          .map(CustomResourceDefinition.class::cast)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<HasMetadata> load(KubernetesClient client, Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return client.load(stream).items();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
