package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;

/**
 * Room for pods, or what pods take of it.
 *
 * @param cpu in thousandths of a core
 * @param memory in MiB
 * @param pods number of pods
 */
record Room(long cpu, long memory, long pods) {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
  private static final BigDecimal MEBI = BigDecimal.valueOf(1024 * 1024);

  /** What is allocatable according to this map. */
  static Room of(Map<String, Quantity> resources) {
    return new Room(
        amount(resources, "cpu").multiply(THOUSAND).longValue(),
        amount(resources, "memory").divideToIntegralValue(MEBI).longValue(),
        amount(resources, "pods").longValue());
  }

  /** What the pod asks for. */
  static Room of(Pod pod) {
    var sum = new Room(0, 0, 1);
    for (Container container : pod.getSpec().getContainers()) {
      if (container.getResources() != null) {
        Room asked = of(container.getResources().getRequests());
        sum = new Room(sum.cpu + asked.cpu, sum.memory + asked.memory, 1);
      }
    }
    return sum;
  }

  /** What is left on a Kubernetes node with these pods on it. */
  static Room free(Node node, Collection<Pod> pods) {
    var free = of(node.getStatus().getAllocatable());
    for (Pod pod : pods) {
      boolean here = Pods.node(pod).filter(node.getMetadata().getName()::equals).isPresent();
      if (here && !Pods.finished(pod)) {
        free = free.minus(of(pod));
      }
    }
    return free;
  }

  boolean holds(Room asked) {
    return asked.cpu <= cpu && asked.memory <= memory && asked.pods <= pods;
  }

  Room minus(Room taken) {
    return new Room(cpu - taken.cpu, memory - taken.memory, pods - taken.pods);
  }

  private static BigDecimal amount(Map<String, Quantity> resources, String name) {
    Quantity quantity = resources.get(name);
    return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
  }
}
