package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage that hardware and workload act on: the API, the clock, and one thread on which they
 * take turns, so that none of them needs a lock.
 */
final class Lab implements AutoCloseable {
  /** How the actors patch. */
  static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private static final Logger LOG = LoggerFactory.getLogger("lab");

  private final EmbeddedApi api;
  private final KubernetesClient client;
  private final Pace pace;
  private final Clock clock;
  private final ScheduledExecutorService turns =
      Executors.newSingleThreadScheduledExecutor(task -> Threads.daemon("simulate", task));

  Lab(EmbeddedApi api, Pace pace, Clock clock) {
    this.api = api;
    this.client = api.client();
    this.pace = pace;
    this.clock = clock;
  }

  EmbeddedApi api() {
    return api;
  }

  KubernetesClient client() {
    return client;
  }

  Pace pace() {
    return pace;
  }

  Clock clock() {
    return clock;
  }

  /** At the next turn. */
  void soon(Runnable act) {
    after(0, act);
  }

  /** After so many simulated seconds. */
  void after(double seconds, Runnable act) {
    if (!turns.isShutdown()) {
      var unused =
          turns.schedule(() -> careful(act), pace.seconds(seconds).toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Again and again, so many simulated seconds between. */
  void every(double seconds, Runnable act) {
    long pause = pace.seconds(seconds).toNanos();
    var unused =
        turns.scheduleWithFixedDelay(() -> careful(act), pause, pause, TimeUnit.NANOSECONDS);
  }

  /** What is gone or was changed meanwhile is somebody else's turn; the rest is a defect. */
  private void careful(Runnable act) {
    try {
      act.run();
    } catch (KubernetesClientException refused) {
      if (!turns.isShutdown() && refused.getCode() != 404 && refused.getCode() != 409) {
        LOG.warn("the embedded API refused: {}", refused.getMessage());
      }
    } catch (RuntimeException defect) {
      LOG.error("the simulation stumbled: {}", defect.toString(), defect);
    }
  }

  @Override
  public void close() {
    turns.shutdownNow();
    client.close();
  }
}
