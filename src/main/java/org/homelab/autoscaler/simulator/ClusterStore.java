package org.homelab.autoscaler.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.crud.AttributeSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The mock server's store of objects, which also knows what changed: every write is told, in order,
 * deletions with a revision of their own. Not safe for several threads at once; {@link ApiServer}
 * lets in one at a time.
 */
final class ClusterStore extends KubernetesCrudDispatcher {
  private final Map<String, NavigableMap<String, JsonNode>> objects = new HashMap<>();
  private final List<Consumer<Change>> observers = new CopyOnWriteArrayList<>();
  private long revision;

  ClusterStore(List<CustomResourceDefinitionContext> kinds) {
    super(kinds);
  }

  /** Tells of every write while it happens. */
  void observe(Consumer<Change> observer) {
    observers.add(observer);
  }

  /** Revision of the last write. */
  long revision() {
    return revision;
  }

  @Override
  public long requestResourceVersion() {
    return ++revision;
  }

  /** All objects of a resource, by namespace and name; of one namespace, if one is named. */
  List<JsonNode> list(String resource, Optional<String> namespace) {
    return objects.getOrDefault(resource, new TreeMap<>()).values().stream()
        .filter(object -> namespace.isEmpty() || namespace.equals(namespace(object)))
        .toList();
  }

  Optional<JsonNode> find(Address address) {
    return Optional.ofNullable(
        objects
            .getOrDefault(address.resource(), new TreeMap<>())
            .get(key(address.namespace().orElse(""), address.name().orElse(""))));
  }

  /** Marks the object as one that is to go, with a finalizer that it has to wait for, if any. */
  JsonNode mark(Address address, Optional<String> finalizer) {
    ObjectNode marked = find(address).orElseThrow().deepCopy();
    ObjectNode metadata = (ObjectNode) marked.path("metadata");
    metadata.put("deletionTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    finalizer.ifPresent(name -> metadata.withArray("finalizers").add(name));
    metadata.put("resourceVersion", String.valueOf(requestResourceVersion()));
    AttributeSet attributes = getKey(address.path());
    processEvent(
        address.path(),
        attributes,
        findResource(attributes).getKey(),
        Json.as(marked, GenericKubernetesResource.class),
        marked.toString());
    return marked;
  }

  @Override
  public void processEvent(
      String path,
      AttributeSet pathAttributes,
      AttributeSet oldAttributes,
      GenericKubernetesResource resource,
      String newState) {
    Optional<String> before = Optional.ofNullable(oldAttributes).map(map::get);
    super.processEvent(path, pathAttributes, oldAttributes, resource, newState);
    String type = Address.of(path.split("\\?", 2)[0]).orElseThrow().resource();
    if (newState == null) {
      deleted(type, Json.tree(before.orElseThrow()));
    } else if (before.isEmpty()) {
      JsonNode added = Json.tree(newState);
      publish(Change.Action.ADDED, type, added, added);
    } else if (!newState.equals(before.get())) {
      publish(Change.Action.MODIFIED, type, Json.tree(newState), Json.tree(before.get()));
    }
  }

  private void deleted(String resource, JsonNode last) {
    ((ObjectNode) last.path("metadata"))
        .put("resourceVersion", String.valueOf(requestResourceVersion()));
    publish(Change.Action.DELETED, resource, last, last);
  }

  private void publish(Change.Action action, String resource, JsonNode object, JsonNode before) {
    long written = object.path("metadata").path("resourceVersion").asLong();
    var change = new Change(written, action, resource, object, before);
    var ofType = objects.computeIfAbsent(resource, type -> new TreeMap<>());
    if (change.deleted()) {
      ofType.remove(key(change.namespace(), change.name()));
    } else {
      ofType.put(key(change.namespace(), change.name()), object);
    }
    observers.forEach(observer -> observer.accept(change));
  }

  private static Optional<String> namespace(JsonNode object) {
    return Optional.of(object.path("metadata").path("namespace").asText(""));
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
