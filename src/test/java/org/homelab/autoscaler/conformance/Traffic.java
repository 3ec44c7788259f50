package org.homelab.autoscaler.conformance;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Every request of the application to the Kubernetes API: noted, held back or cut off on demand.
 */
final class Traffic implements Interceptor {
  private static final long LONGEST_SECONDS = 30;
  private static final URI NOBODY_LISTENS = URI.create("http://127.0.0.1:1/");

  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile boolean cut;

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    requests.add(
        Thread.currentThread().getName() + " " + request.method() + " " + request.uri().getPath());
    try {
      if (!gate.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("held back for too long: " + request.uri());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    if (cut) {
      builder.uri(NOBODY_LISTENS);
    }
  }

  /** Runs this while every request meets a closed port. */
  void whileCut(Runnable action) {
    cut = true;
    try {
      action.run();
    } finally {
      cut = false;
    }
  }

  /** Runs this while no request gets through; gives those that were tried. */
  List<String> during(Runnable action) {
    requests.clear();
    gate = new CountDownLatch(1);
    try {
      action.run();
      return List.copyOf(requests);
    } finally {
      gate.countDown();
    }
  }
}
