package org.homelab.autoscaler.bench;

import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.homelab.autoscaler.api.Node;

/** From a Kubernetes node's change until the machine's status tells of it, as a watch sees both. */
final class Changes {
  private static final int CHANGES = 300;
  private static final long LONGEST_NANOS = 60_000_000_000L;

  private final World world;
  private final Report report;
  private final Map<String, String> reasons = new ConcurrentHashMap<>();

  Changes(World world, Report report) {
    this.world = world;
    this.report = report;
  }

  void measure() throws Exception {
    Idle.settle(world);
    Bench.progress("changing Kubernetes nodes");
    long[] took = new long[CHANGES];
    try (var watch =
        world
            .client()
            .resources(Node.class)
            .inNamespace(world.namespace())
            .watch(new Reasons(reasons))) {
      for (int i = 0; i < CHANGES; i++) {
        int number = 2 * i % world.machines();
        long start = System.nanoTime();
        ready(number, "False");
        await(number, "NodeNotReady", start);
        took[i] = System.nanoTime() - start;
        ready(number, "True");
        await(number, "NodeReady", start);
      }
    }
    report.say("");
    report.header("change", "until told in the status");
    report.row("a Kubernetes node turns NotReady", Sample.of(took).words());
  }

  private record Reasons(Map<String, String> reasons) implements Watcher<Node> {
    @Override
    public void eventReceived(Action action, Node node) {
      if (node.getStatus() != null && node.getStatus().reason() != null) {
        reasons.put(node.getMetadata().getName(), node.getStatus().reason());
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      // Closed by the harness, or the wait below runs out.
    }
  }

  private void ready(int number, String status) {
    world
        .client()
        .nodes()
        .withName(World.machine(number))
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"" + status + "\"}]}}");
  }

  private void await(int number, String reason, long start) throws InterruptedException {
    while (!reason.equals(reasons.get(World.machine(number)))) {
      if (System.nanoTime() - start > LONGEST_NANOS) {
        throw new IllegalStateException(World.machine(number) + " is not " + reason);
      }
      Thread.sleep(1);
    }
  }
}
