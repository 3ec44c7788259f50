package org.homelab.autoscaler.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;

/** The project's custom resource definitions, from {@code kustomize/crd}. */
final class Crds {
  private static final Duration TIME_TO_SERVE = Duration.ofSeconds(30);
  private static final int TOO_MANY_REQUESTS = 429;

  private Crds() {}

  static void apply(KubernetesClient client) {
    List<CustomResourceDefinition> all = all(client);
    all.forEach(crd -> client.resource(crd).forceConflicts().serverSideApply());
    all.forEach(
        crd ->
            await(crd.getMetadata().getName())
                .atMost(TIME_TO_SERVE)
                .until(() -> established(client.resource(crd).get())));
  }

  static void remove(KubernetesClient client) {
    List<CustomResourceDefinition> all = all(client);
    // No operator is left that would let them go, and with them the definitions would stay.
    letGo(client, Node.class);
    letGo(client, Group.class);
    all.forEach(crd -> client.resource(crd).delete());
    all.forEach(
        crd ->
            await(crd.getMetadata().getName())
                .atMost(TIME_TO_SERVE)
                .until(() -> client.resource(crd).get() == null));
  }

  private static <T extends HasMetadata> void letGo(KubernetesClient client, Class<T> kind) {
    try {
      list(client, kind)
          .forEach(
              one ->
                  client
                      .resource(one)
                      .patch(
                          PatchContext.of(PatchType.JSON_MERGE),
                          "{\"metadata\":{\"finalizers\":null}}"));
    } catch (KubernetesClientException unknown) {
      if (unknown.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw unknown;
      }
    }
  }

  /** Waits while the API server sets up the storage of a definition that has just changed. */
  private static <T extends HasMetadata> List<T> list(KubernetesClient client, Class<T> kind) {
    return await(kind.getName())
        .atMost(TIME_TO_SERVE)
        .ignoreExceptionsMatching(Crds::settingUp)
        .until(() -> client.resources(kind).inAnyNamespace().list().getItems(), Objects::nonNull);
  }

  private static boolean settingUp(Throwable e) {
    return e instanceof KubernetesClientException refused && refused.getCode() == TOO_MANY_REQUESTS;
  }

  private static boolean established(CustomResourceDefinition crd) {
    // Right after its creation a definition has no status yet, or one without conditions.
    return Optional.ofNullable(crd.getStatus())
        .map(CustomResourceDefinitionStatus::getConditions)
        .orElse(List.of())
        .stream()
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
