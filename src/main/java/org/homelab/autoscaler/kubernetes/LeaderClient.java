package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.Map;
import org.homelab.autoscaler.leader.Leading;
import org.homelab.autoscaler.leader.NotLeading;

/**
 * A client for what only the leader does. Whoever asks, and however late, nothing is written
 * through it, not even by a repeated request, unless this replica is certain to lead at that
 * moment.
 */
public final class LeaderClient {
  private LeaderClient() {}

  /**
   * A client of the same cluster; to be closed by itself.
   *
   * @param calls is told of what the client asks
   */
  public static KubernetesClient of(KubernetesClient client, ApiCalls calls, Leading leadership) {
    return Connection.of(
        client.getConfiguration(),
        Map.of(ApiCalls.NAME, calls, "leader", new WritesOnlyWhileLeading(leadership)));
  }

  private record WritesOnlyWhileLeading(Leading leadership) implements Interceptor {
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (!request.method().equals("GET") && !leadership.leading()) {
        throw new NotLeading(request.method() + " " + request.uri().getPath());
      }
    }
  }
}
