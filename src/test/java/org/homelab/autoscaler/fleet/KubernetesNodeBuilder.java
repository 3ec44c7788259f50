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
  private final Map<String, String> annotations = new HashMap<>();
  private final List<Taint> taints = new ArrayList<>();
  private Instant created = DeclaredBuilder.CREATED;
  private boolean ready = true;
  private Instant readyChanged = DeclaredBuilder.CREATED;
  private boolean cordoned;
  private boolean cordonedByUs;
  private String uid;
  private KubernetesNode.Kept kept = KubernetesNode.Kept.NO;
  private boolean suspended;
  private Optional<Boolean> cordonedByAPerson = Optional.empty();
  private Optional<String> providerId;
  private Map<String, String> capacity = Map.of("cpu", "4");
  private Map<String, String> allocatable = Map.of("cpu", "3900m");

  private KubernetesNodeBuilder(String name) {
    this.name = name;
    this.uid = "uid-" + name;
    this.providerId = Optional.of("homelab://" + name);
  }

  public static KubernetesNodeBuilder node(String name) {
    return new KubernetesNodeBuilder(name);
  }

  /** The same as that one, but for what is told then. */
  public static KubernetesNodeBuilder copy(KubernetesNode node) {
    var copy = new KubernetesNodeBuilder(node.name());
    copy.uid = node.uid();
    copy.labels.putAll(node.labels());
    copy.annotations.putAll(node.annotations());
    copy.taints.addAll(node.taints());
    copy.created = node.created();
    copy.ready = node.ready();
    copy.readyChanged = node.readyChanged();
    copy.cordoned = node.unschedulable();
    copy.cordonedByUs = node.cordonedByUs();
    copy.kept = node.kept();
    copy.cordonedByAPerson = Optional.of(node.cordonedByAPerson());
    copy.suspended = node.suspended();
    copy.providerId = node.providerId();
    copy.capacity = node.capacity();
    copy.allocatable = node.allocatable();
    return copy;
  }

  public KubernetesNodeBuilder kept(KubernetesNode.Kept kept) {
    this.kept = kept;
    return this;
  }

  public KubernetesNodeBuilder cordon(boolean cordoned, boolean ours, boolean aPersons) {
    this.cordoned = cordoned;
    this.cordonedByUs = ours;
    this.cordonedByAPerson = Optional.of(aPersons);
    return this;
  }

  public KubernetesNodeBuilder taints(List<Taint> all) {
    taints.clear();
    taints.addAll(all);
    return this;
  }

  public KubernetesNodeBuilder withoutLabel(String key) {
    labels.remove(key);
    return this;
  }

  public KubernetesNodeBuilder created(Instant time) {
    created = time;
    return this;
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

  public KubernetesNodeBuilder suspended(boolean suspended) {
    this.suspended = suspended;
    return this;
  }

  private boolean toBeDeleted() {
    return taints.stream().anyMatch(taint -> taint.key().equals(Taint.TO_BE_DELETED));
  }

  public KubernetesNodeBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  public KubernetesNodeBuilder labels(Map<String, String> all) {
    labels.putAll(all);
    return this;
  }

  public KubernetesNodeBuilder annotations(Map<String, String> all) {
    annotations.putAll(all);
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
        uid,
        created,
        ready,
        readyChanged,
        cordoned,
        cordonedByUs,
        cordonedByAPerson.orElse(cordoned && !cordonedByUs && !toBeDeleted()),
        suspended,
        kept,
        providerId,
        labels,
        annotations,
        taints,
        capacity,
        allocatable);
  }
}
