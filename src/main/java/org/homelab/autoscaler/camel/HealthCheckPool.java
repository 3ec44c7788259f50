package org.homelab.autoscaler.camel;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for checks that may take long, so that the scheduler's own never wait. A key whose check
 * waits or goes on is skipped, so no more checks can pile up than there are keys. What fails is
 * told when it begins to fail, when it fails otherwise, and when it works again.
 */
public final class HealthCheckPool extends ServiceSupport implements Consumer<Object> {
  private static final Logger LOG = LoggerFactory.getLogger(HealthCheckPool.class);

  private final CamelContext context;
  private final String endpoint;
  private final int threads;
  private final Set<Object> busy = ConcurrentHashMap.newKeySet();
  private final Map<Object, String> failing = new ConcurrentHashMap<>();
  private final AtomicLong skipped = new AtomicLong();
  private Optional<ExecutorService> workers = Optional.empty();
  private final Predicate<Object> worthwhile;
  private ProducerTemplate template;

  /** Sends all keys to that endpoint, so many at the same time. */
  public HealthCheckPool(CamelContext context, String endpoint, int threads) {
    this(context, endpoint, threads, key -> true);
  }

  /**
   * Sends keys to that endpoint.
   *
   * @param threads so many at the same time
   * @param worthwhile whether a check of the key would find anything out; most machines of a fleet
   *     are watched through their Kubernetes nodes alone
   */
  public HealthCheckPool(
      CamelContext context, String endpoint, int threads, Predicate<Object> worthwhile) {
    this.worthwhile = worthwhile;
    this.context = context;
    this.endpoint = endpoint;
    this.threads = threads;
  }

  @Override
  protected void doStart() {
    template = context.createProducerTemplate();
    // Camel's own pools let the caller work when they are full, and the caller is the scheduler.
    workers = Optional.of(Executors.newFixedThreadPool(threads, HealthCheckPool::thread));
  }

  @Override
  protected void doStop() {
    workers.ifPresent(ExecutorService::shutdownNow);
    workers = Optional.empty();
    busy.clear();
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "health-check");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Checks the key as soon as a thread is free, unless that would find nothing out or its last
   * check is not over.
   */
  @Override
  public void accept(Object key) {
    if (!worthwhile.test(key)) {
      return;
    }
    if (workers.isEmpty() || !busy.add(key)) {
      skipped.incrementAndGet();
      return;
    }
    workers.get().execute(() -> check(key));
  }

  /** What is remembered of the key goes. */
  public void forget(Object key) {
    failing.remove(key);
  }

  /** Number of checks that wait or go on. */
  public int busy() {
    return busy.size();
  }

  /** Number of checks left out because the one before was not over. */
  public long skipped() {
    return skipped.get();
  }

  private void check(Object key) {
    try {
      template.sendBody(endpoint, key);
      if (failing.remove(key) != null) {
        LOG.info("health check of {} works again", key);
      }
    } catch (RuntimeException failure) {
      String words = OneLine.of(failure);
      if (!words.equals(failing.put(key, words))) {
        LOG.warn("health check of {} fails, tried again at its next time: {}", key, words);
      }
      LOG.debug("health check of {} failed", key, failure);
    } finally {
      busy.remove(key);
    }
  }
}
