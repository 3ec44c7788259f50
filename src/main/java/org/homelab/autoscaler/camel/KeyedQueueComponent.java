package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code keyed-queue:name}, in-memory queues of keys. {@code to} adds the message body, or each
 * element if it is a Collection, after {@code delay} (for example {@code 5s}) if one is given.
 * {@code from} starts one exchange per key with the key as its body, {@code workers} at a time;
 * with {@code leaderOnly=true} only while the bean {@code leadership} leads.
 *
 * <p>A queue outlives the routes that read from it: what is added while none does waits.
 */
public class KeyedQueueComponent extends DefaultComponent {
  private final ConcurrentMap<String, KeyedQueue<Object>> queues = new ConcurrentHashMap<>();
  private volatile Listener listener = (queue, took) -> {};

  /** Is told how long the work on each key took. */
  public interface Listener {
    /** The work on one key of that queue took so long. */
    void worked(String queue, Duration took);
  }

  /** Tells that listener, and nobody else, from now on. */
  public void listen(Listener listener) {
    this.listener = listener;
  }

  void worked(String queue, Duration took) {
    listener.worked(queue, took);
  }

  /** The queue of this name, the same one that {@code keyed-queue:name} reads and writes. */
  public KeyedQueue<Object> queue(String name) {
    return queues.computeIfAbsent(name, unused -> new KeyedQueue<>());
  }

  /** All queues there are so far, by name. */
  public Map<String, KeyedQueue<Object>> queues() {
    return new TreeMap<>(queues);
  }

  @Override
  protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters)
      throws Exception {
    if (name.isBlank()) {
      throw new IllegalArgumentException("keyed-queue needs a name: keyed-queue:machines");
    }
    int workers = getAndRemoveParameter(parameters, "workers", Integer.class, 1);
    if (workers < 1) {
      throw new IllegalArgumentException(uri + ": workers must be 1 or more");
    }
    Duration delay = getAndRemoveParameter(parameters, "delay", Duration.class, Duration.ZERO);
    boolean leaderOnly = getAndRemoveParameter(parameters, "leaderOnly", Boolean.class, false);
    return new KeyedQueueEndpoint(uri, this, name, workers, delay, leaderOnly);
  }
}
