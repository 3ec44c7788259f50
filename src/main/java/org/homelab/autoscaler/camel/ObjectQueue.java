package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.Store;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a route has still to see of the objects of one kind, queued by namespace/name. Outlives the
 * informer that fills it, so that the next one finds out what went away between the two.
 */
final class ObjectQueue<T extends HasMetadata> implements ResourceEventHandler<T> {

  enum Action {
    APPLIED,
    DELETED
  }

  record Change<T>(Action action, T object) {}

  private final KeyedQueue<String> queue = new KeyedQueue<>();
  private final Map<String, Change<T>> unseen = new ConcurrentHashMap<>();
  private final Map<String, T> known = new ConcurrentHashMap<>();

  /** The keys that are due. */
  KeyedQueue<String> keys() {
    return queue;
  }

  /** Number of objects there are, as far as we heard. */
  int known() {
    return known.size();
  }

  /** The latest change of this object, or how it is if the route has seen all; empty if gone. */
  Optional<Change<T>> look(String key) {
    return Optional.ofNullable(unseen.get(key))
        .or(
            () ->
                Optional.ofNullable(known.get(key))
                    .map(object -> new Change<>(Action.APPLIED, object)));
  }

  /** The route is through with this change. */
  void seen(String key, Change<T> change) {
    unseen.remove(key, change);
  }

  // Adding, removing and forgetting exclude each other, so that an object that comes back at this
  // very moment is not taken for one that went away.

  /** Queues the end of everything that is no longer in the store. */
  synchronized void forgetAllBut(Store<T> store) {
    known.forEach(
        (key, object) -> {
          if (store.getByKey(key) == null) {
            removed(key, object);
          }
        });
  }

  @Override
  public void onAdd(T object) {
    applied(object);
  }

  @Override
  public void onUpdate(T before, T object) {
    applied(object);
  }

  @Override
  public synchronized void onDelete(T object, boolean finalStateUnknown) {
    removed(Cache.metaNamespaceKeyFunc(object), object);
  }

  private synchronized void applied(T object) {
    String key = Cache.metaNamespaceKeyFunc(object);
    known.put(key, object);
    changed(key, new Change<>(Action.APPLIED, object));
  }

  private void removed(String key, T object) {
    known.remove(key);
    changed(key, new Change<>(Action.DELETED, object));
  }

  private void changed(String key, Change<T> change) {
    unseen.put(key, change);
    queue.add(key);
  }
}
