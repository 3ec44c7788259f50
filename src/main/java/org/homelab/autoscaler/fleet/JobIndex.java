package org.homelab.autoscaler.fleet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Power Jobs by the Node resource they were made for and by the machine they act on. The two differ
 * when a Node resource goes or names another machine while its Job still runs: whoever then owns
 * the machine must know of that Job.
 */
final class JobIndex {
  private final Map<ObjectKey, Map<ObjectKey, PowerJob>> byOwner = new HashMap<>();
  private final Map<String, Map<ObjectKey, PowerJob>> byNodeName = new HashMap<>();
  private final Map<ObjectKey, String> nodeNameOf = new HashMap<>();

  /** Takes in a Job, made for a Node resource that names that Kubernetes node, if it is known. */
  void put(PowerJob job, Optional<String> nodeName) {
    byOwner.computeIfAbsent(job.machine(), key -> new HashMap<>()).put(job.key(), job);
    job.nodeName().or(() -> nodeName).ifPresent(name -> nodeNameOf.putIfAbsent(job.key(), name));
    nodeName(job).ifPresent(name -> file(job, name));
  }

  /** The Node resource is known now, and so is what its Jobs act on. */
  void learn(ObjectKey owner, String nodeName) {
    for (PowerJob job : byOwner.getOrDefault(owner, Map.of()).values()) {
      put(job, Optional.of(nodeName));
    }
  }

  /** Forgets a Job; gives whether it was known. */
  boolean remove(PowerJob job) {
    nodeName(job).ifPresent(name -> take(byNodeName, name, job.key()));
    nodeNameOf.remove(job.key());
    return take(byOwner, job.machine(), job.key());
  }

  /** The name of the Kubernetes node whose machine the Job acts on, if that is known. */
  Optional<String> nodeName(PowerJob job) {
    return Optional.ofNullable(nodeNameOf.get(job.key()));
  }

  /** Jobs of that Node resource and Jobs that act on its machine, oldest first. */
  List<PowerJob> of(Declared node) {
    Set<PowerJob> all = new LinkedHashSet<>(byOwner.getOrDefault(node.key(), Map.of()).values());
    all.addAll(byNodeName.getOrDefault(node.spec().kubernetesNodeName(), Map.of()).values());
    List<PowerJob> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing(PowerJob::createdAt).thenComparing(PowerJob::key));
    return sorted;
  }

  private void file(PowerJob job, String nodeName) {
    byNodeName.computeIfAbsent(nodeName, name -> new HashMap<>()).put(job.key(), job);
  }

  private static <K> boolean take(
      Map<K, Map<ObjectKey, PowerJob>> shelves, K shelf, ObjectKey job) {
    Map<ObjectKey, PowerJob> jobs = shelves.getOrDefault(shelf, Map.of());
    if (!jobs.containsKey(job)) {
      return false;
    }
    jobs.remove(job);
    if (jobs.isEmpty()) {
      shelves.remove(shelf);
    }
    return true;
  }
}
