package org.homelab.autoscaler.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Answers requests out of the mock server's store, with what that lacks for a whole application:
 * watches that lose nothing, eviction, field selectors and set-based label selectors, merge patches
 * that take fields away, preconditions of a deletion, graceful and foreground deletion. One request
 * at a time.
 */
final class ApiServer extends Dispatcher {
  private static final String VERSION =
      "{\"major\":\"1\",\"minor\":\"36\",\"gitVersion\":\"v1.36.3-simulated\"}";
  private static final List<String> FINISHED = List.of("Succeeded", "Failed");

  private final ClusterStore store;
  private final Duration termination;
  private final Watches watches = new Watches();
  private final ScheduledExecutorService reaper =
      Executors.newSingleThreadScheduledExecutor(task -> Threads.daemon("simulate-reaper", task));
  private int generated;

  /**
   * @param termination how long a running pod takes to end
   */
  ApiServer(ClusterStore store, Duration termination) {
    this.store = store;
    this.termination = termination;
    store.observe(watches::publish);
  }

  /** Tells of every write, in order, while it happens: must be quick and not call the API. */
  synchronized void observe(Consumer<Change> observer) {
    store.observe(observer);
  }

  /** All objects of a resource at one instant, by namespace and name. */
  <T> List<T> list(String resource, Class<T> type) {
    return typed(snapshot(resource), type);
  }

  private synchronized List<JsonNode> snapshot(String resource) {
    return store.list(resource, Optional.empty());
  }

  /** Number of watches that are open. */
  int openWatches() {
    return watches.open();
  }

  @Override
  public synchronized void shutdown() {
    watches.close();
    reaper.shutdownNow();
  }

  @Override
  public synchronized MockResponse dispatch(RecordedRequest request) {
    try {
      return inKubernetesWords(request.method(), answer(request));
    } catch (Refusal refusal) {
      return refusal.response();
    } catch (RuntimeException failure) {
      return Refusal.response(422, "Invalid", String.valueOf(failure.getMessage()));
    }
  }

  private MockResponse answer(RecordedRequest request) {
    String[] parts = request.getPath().split("\\?", 2);
    Query query = Query.of(parts.length == 2 ? parts[1] : "");
    String body = request.getBody().readUtf8();
    if (parts[0].equals("/version")) {
      return json(VERSION);
    }
    Optional<Address> found = Address.of(parts[0]);
    if (found.isEmpty()) {
      return store(request, request.method(), parts[0], body);
    }
    Address address = found.get();
    return switch (request.method()) {
      case GET -> get(address, query);
      case POST -> create(request, address, body);
      case PATCH -> patch(request, address, body);
      case DELETE -> delete(address, query, body);
      default -> store(request, request.method(), parts[0], body);
    };
  }

  private MockResponse get(Address address, Query query) {
    if (address.name().isPresent()) {
      return json(existing(address.object()).toString());
    }
    List<JsonNode> objects =
        store.list(address.resource(), address.namespace()).stream()
            .filter(query.selects())
            .toList();
    if (query.flag("watch")) {
      Optional<Long> since =
          query.parameter("resourceVersion").map(Long::valueOf).filter(revision -> revision > 0);
      return new MockResponse()
          .withWebSocketUpgrade(
              watches.open(address, query.selects(), since, objects, longest(query)));
    }
    ObjectNode list = Json.object();
    list.put("apiVersion", "v1").put("kind", "List");
    list.putObject("metadata").put("resourceVersion", String.valueOf(store.revision()));
    list.putArray("items").addAll(objects);
    return json(list.toString());
  }

  private static Optional<Duration> longest(Query query) {
    return query.parameter("timeoutSeconds").map(Long::valueOf).map(Duration::ofSeconds);
  }

  private MockResponse create(RecordedRequest request, Address address, String body) {
    if (address.is(Change.PODS, "eviction")) {
      return evict(address.object(), Json.tree(body));
    }
    JsonNode object = Json.tree(body);
    JsonNode metadata = object.path("metadata");
    String prefix = metadata.path("generateName").asText("");
    if (!prefix.isEmpty() && metadata.path("name").asText("").isEmpty()) {
      ((ObjectNode) metadata).put("name", prefix + Integer.toString(46_656 + generated++, 36));
    }
    return store(request, HttpMethod.POST, address.path(), object.toString());
  }

  private MockResponse patch(RecordedRequest request, Address address, String body) {
    String type = Optional.ofNullable(request.getHeader("Content-Type")).orElse("");
    if (!type.startsWith("application/merge-patch+json")) {
      return store(request, HttpMethod.PATCH, address.path(), body);
    }
    JsonNode existing = existing(address.object());
    JsonNode merged = MergePatch.apply(existing, Json.tree(body));
    String revision = existing.path("metadata").path("resourceVersion").asText();
    if (!merged.path("metadata").path("resourceVersion").asText().equals(revision)) {
      throw new Refusal(
          409, "Conflict", "the object has been modified; it is at revision " + revision);
    }
    return store(request, HttpMethod.PUT, address.path(), merged.toString());
  }

  private MockResponse evict(Address address, JsonNode eviction) {
    Pod pod = typed(List.of(existing(address)), Pod.class).get(0);
    JsonNode options = eviction.path("deleteOptions");
    checkPreconditions(address, options);
    Optional<String> refused =
        Disruptions.forbids(
            pod,
            typed(
                store.list("poddisruptionbudgets.policy", address.namespace()),
                PodDisruptionBudget.class),
            typed(store.list(Change.PODS, address.namespace()), Pod.class));
    if (refused.isPresent()) {
      throw new Refusal(
          429,
          "TooManyRequests",
          "Cannot evict pod as it would violate the pod's disruption budget.",
          refused.get());
    }
    if (options.path("dryRun").isEmpty()) {
      remove(address, options);
    }
    return Refusal.response(201, "", "");
  }

  private MockResponse delete(Address address, Query query, String body) {
    JsonNode options = Json.tree(body.isBlank() ? "{}" : body);
    if (address.name().isPresent()) {
      checkPreconditions(address, options);
      return json(remove(address, options).toString());
    }
    store.list(address.resource(), address.namespace()).stream()
        .filter(query.selects())
        .map(object -> object.path("metadata"))
        .map(of -> address.child(of.path("namespace").asText(""), of.path("name").asText()))
        .forEach(object -> remove(object, options));
    return Refusal.response(200, "", "");
  }

  private void checkPreconditions(Address address, JsonNode options) {
    JsonNode metadata = existing(address).path("metadata");
    options
        .path("preconditions")
        .properties()
        .forEach(
            wanted -> {
              String actual = metadata.path(wanted.getKey()).asText();
              if (!actual.equals(wanted.getValue().asText())) {
                throw new Refusal(
                    409,
                    "Conflict",
                    "Precondition failed: %s is %s, not %s"
                        .formatted(wanted.getKey(), actual, wanted.getValue().asText()));
              }
            });
  }

  /** Starts or carries out the deletion; the object as it is or last was. */
  private JsonNode remove(Address address, JsonNode options) {
    JsonNode object = existing(address);
    boolean going = object.path("metadata").hasNonNull("deletionTimestamp");
    boolean atOnce = options.path("gracePeriodSeconds").asInt(-1) == 0;
    if (address.resource().equals(Change.PODS) && runs(object) && !atOnce) {
      return going ? object : terminate(address);
    }
    if (options.path("propagationPolicy").asText().equals("Foreground")) {
      return going ? object : store.mark(address, Optional.of("foregroundDeletion"));
    }
    store.handleDelete(address.path());
    return object;
  }

  private JsonNode terminate(Address address) {
    JsonNode marked = store.mark(address, Optional.empty());
    String uid = marked.path("metadata").path("uid").asText();
    reaper.schedule(() -> reap(address, uid), termination.toMillis(), TimeUnit.MILLISECONDS);
    return marked;
  }

  private synchronized void reap(Address address, String uid) {
    store
        .find(address)
        .filter(object -> object.path("metadata").path("uid").asText().equals(uid))
        .ifPresent(object -> store.handleDelete(address.path()));
  }

  private static boolean runs(JsonNode pod) {
    return !pod.path("spec").path("nodeName").asText("").isEmpty()
        && !FINISHED.contains(pod.path("status").path("phase").asText());
  }

  private JsonNode existing(Address address) {
    return store
        .find(address)
        .orElseThrow(
            () ->
                new Refusal(
                    404,
                    "NotFound",
                    "%s \"%s\" not found"
                        .formatted(address.resource(), address.name().orElse(""))));
  }

  private MockResponse store(RecordedRequest request, HttpMethod method, String path, String body) {
    return store.dispatch(
        new RecordedRequest(
            request.getHttpVersion(),
            method,
            path,
            request.getHeaders(),
            new Buffer().writeUtf8(body)));
  }

  private static MockResponse inKubernetesWords(HttpMethod method, MockResponse response) {
    boolean bare = response.getBody() == null || response.getBody().size() == 0;
    return switch (response.code()) {
      case 404 -> bare ? Refusal.response(404, "NotFound", "not found") : response;
      case 409 ->
          Refusal.response(
              409,
              method == HttpMethod.POST ? "AlreadyExists" : "Conflict",
              bare
                  ? "conflict"
                  : Json.tree(response.getBody().readUtf8()).path("message").asText());
      default -> response;
    };
  }

  private static MockResponse json(String body) {
    return new MockResponse()
        .setResponseCode(200)
        .setHeader("Content-Type", "application/json")
        .setBody(body);
  }

  private static <T> List<T> typed(List<JsonNode> objects, Class<T> type) {
    return objects.stream().map(object -> Json.as(object, type)).toList();
  }
}
