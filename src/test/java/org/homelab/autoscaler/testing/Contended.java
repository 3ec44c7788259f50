package org.homelab.autoscaler.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

/**
 * Changes to objects that controllers write as well, such as Kubernetes nodes and pods: made again
 * to the object as it is by then whenever somebody else was faster.
 */
public final class Contended {
  private static final Duration SOON = Duration.ofSeconds(60);

  private Contended() {}

  /** The object after that change. */
  public static <T> T edit(Resource<T> object, UnaryOperator<T> change) {
    return untilNobodyWasFaster(() -> object.edit(change));
  }

  /** The object after that change of its status. */
  public static <T> T editStatus(Resource<T> object, UnaryOperator<T> change) {
    return untilNobodyWasFaster(() -> object.editStatus(change));
  }

  private static <T> T untilNobodyWasFaster(Callable<T> write) {
    return await("a write that nobody was faster than")
        .atMost(SOON)
        .pollInSameThread()
        .ignoreExceptionsMatching(Contended::isConflict)
        .until(write, written -> true);
  }

  private static boolean isConflict(Throwable refused) {
    return refused instanceof KubernetesClientException kubernetes
        && kubernetes.getCode() == HttpURLConnection.HTTP_CONFLICT;
  }
}
