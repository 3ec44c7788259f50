package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.homelab.autoscaler.camel.Headers;
import org.homelab.autoscaler.fleet.ObjectKey;

/**
 * What runs where and what waits, counted from what the watch tells, for people to see. Nothing is
 * decided by it: whoever switches a machine off looks at its pods himself.
 */
public final class PodTally {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  /**
   * What runs on a Kubernetes node.
   *
   * @param pods all that have not finished
   * @param mustGo those of them that a drain sees off
   * @param cpu requested, in thousandths of a core
   * @param memory requested, in bytes
   */
  public record Load(int pods, int mustGo, long cpu, long memory) {
    /** Nothing. */
    public static final Load NONE = new Load(0, 0, 0, 0);

    private Load plus(Load more) {
      return new Load(pods + more.pods, mustGo + more.mustGo, cpu + more.cpu, memory + more.memory);
    }

    private Load minus(Load less) {
      return new Load(pods - less.pods, mustGo - less.mustGo, cpu - less.cpu, memory - less.memory);
    }
  }

  private record Share(Optional<String> node, Load load) {}

  private final Map<ObjectKey, Share> shares = new HashMap<>();
  private final Map<String, Load> loads = new HashMap<>();
  private final TreeSet<ObjectKey> waiting = new TreeSet<>();

  /** A pod is there, has changed or is gone. */
  public synchronized void pod(@Body Pod pod, @Header(Headers.ACTION) String action) {
    ObjectKey key = Meta.key(pod);
    forget(key);
    if (!"DELETED".equals(action) && !PodKind.over(pod)) {
      count(key, pod);
    }
  }

  private void forget(ObjectKey key) {
    waiting.remove(key);
    Share gone = shares.remove(key);
    if (gone != null) {
      gone.node()
          .ifPresent(
              node ->
                  loads.computeIfPresent(
                      node,
                      (name, load) -> {
                        Load left = load.minus(gone.load());
                        return left.pods() == 0 ? null : left;
                      }));
    }
  }

  private void count(ObjectKey key, Pod pod) {
    Optional<String> node =
        Optional.ofNullable(pod.getSpec()).flatMap(spec -> Meta.present(spec.getNodeName()));
    var share = new Share(node, load(pod));
    shares.put(key, share);
    node.ifPresentOrElse(
        name -> loads.merge(name, share.load(), Load::plus),
        () -> {
          if (!Meta.deleting(pod)) {
            waiting.add(key);
          }
        });
  }

  private static Load load(Pod pod) {
    long cpu = 0;
    long memory = 0;
    if (pod.getSpec() != null) {
      for (Container container : Meta.orEmpty(pod.getSpec().getContainers())) {
        cpu += amount(container, "cpu").multiply(THOUSAND).longValue();
        memory += amount(container, "memory").longValue();
      }
    }
    return new Load(1, PodKind.missed(pod) ? 1 : 0, cpu, memory);
  }

  private static BigDecimal amount(Container container, String resource) {
    if (container.getResources() == null) {
      return BigDecimal.ZERO;
    }
    Quantity quantity = Meta.orEmpty(container.getResources().getRequests()).get(resource);
    return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
  }

  /** What runs on the Kubernetes node of that name. */
  public synchronized Load on(String node) {
    return loads.getOrDefault(node, Load.NONE);
  }

  /** Number of pods that wait for a Kubernetes node. */
  public synchronized int waiting() {
    return waiting.size();
  }

  /** Some of the pods that wait for a Kubernetes node, as namespace/name. */
  public synchronized List<String> waiting(int atMost) {
    return waiting.stream().limit(atMost).map(ObjectKey::toString).toList();
  }
}
