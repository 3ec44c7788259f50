package org.homelab.autoscaler.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Kubernetes node for tests: Ready since long ago, but for what is told here. */
public final class KubernetesNodeBuilder {
  private final String name;
  private final Map<String, String> labels = new HashMap<>();
  private final List<Taint> taints = new ArrayList<>();
  private boolean ready = true;
  private Instant readyChanged = DeclaredBuilder.CREATED;
  private boolean cordoned;
  private boolean cordonedByUs;
  private Optional<String> providerId;
  private Map<String, String> capacity = Map.of("cpu", "4");
  private Map<String, String> allocatable = Map.of("cpu", "3900m");

  private KubernetesNodeBuilder(String name) {
    this.name = name;
    this.providerId = Optional.of("homelab://" + name);
  }

  public static KubernetesNodeBuilder node(String name) {
    return new KubernetesNodeBuilder(name);
  }

  public KubernetesNodeBuilder ready(boolean ready, Instant since) {
    this.ready = ready;
    this.readyChanged = since;
    return this;
  }

  public KubernetesNodeBuilder cordonedByUs() {
    cordoned = true;
    cordonedByUs = true;
    return this;
  }

  public KubernetesNodeBuilder cordonedByAPerson() {
    cordoned = true;
    return this;
  }

  public KubernetesNodeBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  public KubernetesNodeBuilder labels(Map<String, String> all) {
    labels.putAll(all);
    return this;
  }

  public KubernetesNodeBuilder taint(String key, String value, String effect) {
    taints.add(new Taint(key, value, effect));
    return this;
  }

  public KubernetesNodeBuilder providerId(Optional<String> providerId) {
    this.providerId = providerId;
    return this;
  }

  public KubernetesNodeBuilder resources(
      Map<String, String> capacity, Map<String, String> allocatable) {
    this.capacity = capacity;
    this.allocatable = allocatable;
    return this;
  }

  public KubernetesNode build() {
    return new KubernetesNode(
        name,
        "uid-" + name,
        ready,
        readyChanged,
        cordoned,
        cordonedByUs,
        providerId,
        labels,
        taints,
        capacity,
        allocatable);
  }
}
