package org.homelab.autoscaler.testing;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Kubernetes node whose kubelet is the test. While it is joined the kubelet speaks all the time,
 * as one that falls silent turns Unknown after {@link ControlPlane#NODE_GRACE}, whatever the test
 * happens to wait for by then.
 */
public final class HandmadeNode implements AutoCloseable {
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final String name;
  private final ScheduledExecutorService kubelet = Executors.newSingleThreadScheduledExecutor();
  private ScheduledFuture<?> heartbeats;

  public HandmadeNode(KubernetesClient client, String name) {
    this.client = client;
    this.name = name;
  }

  /** Registers the node and says from now on that it is Ready. */
  public void join() {
    client
        .resource(new NodeBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    heartbeats =
        kubelet.scheduleWithFixedDelay(
            () -> say(true), 0, HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Says that the node is NotReady, and nothing more.
   *
   * @throws ExecutionException if the kubelet could not speak all the while
   */
  public void leave() throws ExecutionException, InterruptedException {
    heartbeats.cancel(false);
    if (!heartbeats.isCancelled()) {
      heartbeats.get();
    }
    kubelet.submit(() -> say(false)).get();
  }

  @Override
  public void close() {
    kubelet.shutdownNow();
  }

  private void say(boolean ready) {
    Contended.editStatus(client.nodes().withName(name), node -> with(node, ready));
  }

  /** The time of a change is the next second, for such times have no fractions. */
  private static Node with(Node node, boolean ready) {
    String status = ready ? "True" : "False";
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    String since =
        node.getStatus().getConditions().stream()
            .filter(known -> known.getType().equals("Ready") && known.getStatus().equals(status))
            .map(NodeCondition::getLastTransitionTime)
            .findFirst()
            .orElse(now.plusSeconds(1).toString());
    node.getStatus()
        .setConditions(
            List.of(
                new NodeConditionBuilder()
                    .withType("Ready")
                    .withStatus(status)
                    .withLastHeartbeatTime(now.toString())
                    .withLastTransitionTime(since)
                    .build()));
    return node;
  }
}
