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
 * {@code from} starts one exchange per key with the key as its body, {@code workers} at a time.
 *
 * <p>A queue outlives the routes that read from it: what is added while none does waits.
 */
public class KeyedQueueComponent extends DefaultComponent {
  private final ConcurrentMap<String, KeyedQueue<Object>> queues = new ConcurrentHashMap<>();

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
    return new KeyedQueueEndpoint(uri, this, queue(name), workers, delay);
  }
}
