package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells of each request to the Kubernetes API, as the clients send and repeat them: of each write
 * what became of it, of each read that there was one. Watches are no reads.
 */
public final class ApiCalls implements Interceptor {
  /** Name of the interceptor. */
  public static final String NAME = "homelab-api-calls";

  private static final Pattern RESOURCE =
      Pattern.compile(
          "/(?:api|apis/(?<group>[^/]+))/[^/]+/(?:namespaces/[^/]+/)?(?<plural>[a-z]+)"
              + "(?:/[^/]+(?:/(?<sub>[a-z]+))?)?$");
  private static final Map<String, String> CORE =
      Map.of("nodes", "kubernetes-nodes", "pods", "pods");
  private static final Map<String, Map<String, String>> KINDS =
      Map.of(
          "infra.homecluster.dev", Map.of("groups", "groups", "nodes", "nodes"),
          "batch", Map.of("jobs", "jobs"),
          "events.k8s.io", Map.of("events", "events"),
          "coordination.k8s.io", Map.of("leases", "leases"));

  private static final int CONFLICT = 409;
  private static final int TOO_MANY = 429;
  private static final int FIRST_REFUSAL = 400;
  private static final int FIRST_FAILURE = 500;

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Is told of every request. */
  public interface Listener {
    /** Something of that kind was written, with that result. */
    void wrote(String kind, String result);

    /** Something of that kind, or all of it, was read. */
    default void read(String kind) {}
  }

  /** Tells that listener too from now on. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public void after(
      HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> body) {
    tell(request, result(response.code()));
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    tell(request, "unanswered");
  }

  private void tell(HttpRequest request, String result) {
    String kind = kind(request.uri());
    if (!request.method().equals("GET")) {
      listeners.forEach(listener -> listener.wrote(kind, result));
    } else if (!isWatch(request.uri())) {
      listeners.forEach(listener -> listener.read(kind));
    }
  }

  private static boolean isWatch(URI uri) {
    return uri.getQuery() != null && uri.getQuery().contains("watch=true");
  }

  private static String result(int code) {
    if (code == CONFLICT) {
      return "conflict";
    }
    if (code == TOO_MANY || code >= FIRST_FAILURE) {
      return "failed";
    }
    return code >= FIRST_REFUSAL ? "refused" : "ok";
  }

  static String kind(URI uri) {
    Matcher path = RESOURCE.matcher(uri.getPath());
    if (!path.find()) {
      return "other";
    }
    if ("eviction".equals(path.group("sub"))) {
      return "evictions";
    }
    String group = path.group("group");
    return (group == null ? CORE : KINDS.getOrDefault(group, Map.of()))
        .getOrDefault(path.group("plural"), "other");
  }
}
