package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.stream.Stream;

/**
 * Why a watch does not work, in words for the person who can mend it.
 *
 * @param kind tells one cause from another; the same cause is told once
 * @param advice what is wrong and what to do
 */
record WatchProblem(Kind kind, String advice) {

  enum Kind {
    MISSING,
    FORBIDDEN,
    UNKNOWN_USER,
    UNREACHABLE,
    CLOSED,
    DEAF,
    OTHER
  }

  /** The watch does not open although the resource can be listed. */
  static WatchProblem closed() {
    return new WatchProblem(Kind.CLOSED, "the watch is closed; what was last known stays");
  }

  /** The connection seems open, but the API server at its other end is lost. */
  static WatchProblem deaf(String server) {
    return new WatchProblem(
        Kind.DEAF,
        "the connection to the Kubernetes API at %s has gone dead without an end: listing and watching anew over another one"
            .formatted(server));
  }

  /** Finds out what this failure to list or watch the resource means. */
  static WatchProblem of(WatchedResource<?> resource, String server, Throwable failure) {
    return switch (code(failure)) {
      case 401 ->
          new WatchProblem(
              Kind.UNKNOWN_USER,
              "the Kubernetes API at %s does not accept our credentials: check the kubeconfig or the service account"
                  .formatted(server));
      case 403 ->
          new WatchProblem(
              Kind.FORBIDDEN,
              "we may not list and watch %s: kubectl apply -k kustomize/base gives our service account that right (%s)"
                  .formatted(resource.fullName(), words(failure)));
      case 404 -> new WatchProblem(Kind.MISSING, resource.whenMissing());
      default ->
          causes(failure).anyMatch(IOException.class::isInstance)
              ? new WatchProblem(
                  Kind.UNREACHABLE,
                  "cannot reach the Kubernetes API at %s: check that it runs and that the kubeconfig points there (%s)"
                      .formatted(server, words(failure)))
              : new WatchProblem(Kind.OTHER, "failed: " + words(failure));
    };
  }

  private static int code(Throwable failure) {
    return causes(failure)
        .filter(KubernetesClientException.class::isInstance)
        .mapToInt(cause -> ((KubernetesClientException) cause).getCode())
        .filter(code -> code > 0)
        .findFirst()
        .orElse(0);
  }

  /** What the server said; without an answer, the innermost cause. */
  private static String words(Throwable failure) {
    return causes(failure)
        .filter(KubernetesClientException.class::isInstance)
        .flatMap(cause -> Stream.ofNullable(((KubernetesClientException) cause).getStatus()))
        .flatMap(status -> Stream.ofNullable(status.getMessage()))
        .findFirst()
        .orElseGet(() -> OneLine.of(innermost(failure)));
  }

  private static Throwable innermost(Throwable failure) {
    return causes(failure).reduce(failure, (outer, inner) -> inner);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(20);
  }
}
