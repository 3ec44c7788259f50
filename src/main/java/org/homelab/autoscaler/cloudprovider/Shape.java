package org.homelab.autoscaler.cloudprovider;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Template;

/**
 * What a machine offers to pods, complete enough for the Cluster Autoscaler to plan with: cpu,
 * memory and pods, capacity and allocatable, the one never below the other, every quantity
 * readable.
 */
record Shape(Template template) {
  private static final String PODS = "pods";

  /** The kubelet's own limit where nothing else is said. */
  private static final String DEFAULT_PODS = "110";

  /** What is known of a machine: remembered, else declared, else seen just now. */
  static Optional<Shape> of(Machine machine) {
    return lasting(machine).or(() -> machine.node().map(Template::of).flatMap(Shape::complete));
  }

  /** What is known of a machine even while it is off. */
  static Optional<Shape> lasting(Machine machine) {
    return machine
        .status()
        .template()
        .flatMap(Shape::complete)
        .or(() -> machine.template().flatMap(Shape::complete));
  }

  Optional<BigDecimal> allocatable(String resource) {
    return Optional.ofNullable(template.allocatable().get(resource)).flatMap(Quantities::parse);
  }

  /** The same without what only tells one machine of a kind from another. */
  Shape unnamed() {
    return new Shape(
        new Template(Map.of(), List.of(), template.capacity(), template.allocatable()));
  }

  private static Optional<Shape> complete(Template known) {
    Map<String, String> capacity = readable(known.allocatable());
    capacity.putAll(readable(known.capacity()));
    Map<String, String> allocatable = new HashMap<>(capacity);
    readable(known.allocatable())
        .forEach((resource, value) -> allocatable.merge(resource, value, Shape::smaller));
    var shape = new Shape(with(known, capacity, allocatable));
    if (!shape.offers("cpu") || !shape.offers("memory")) {
      return Optional.empty();
    }
    capacity.putIfAbsent(PODS, DEFAULT_PODS);
    allocatable.putIfAbsent(PODS, DEFAULT_PODS);
    return Optional.of(new Shape(with(known, capacity, allocatable)));
  }

  private static Template with(
      Template known, Map<String, String> capacity, Map<String, String> allocatable) {
    return new Template(
        known.labels(), known.annotations(), known.taints(), capacity, allocatable, false);
  }

  private boolean offers(String resource) {
    return allocatable(resource).filter(amount -> amount.signum() > 0).isPresent();
  }

  private static Map<String, String> readable(Map<String, String> resources) {
    Map<String, String> readable = new HashMap<>(resources);
    readable.values().removeIf(value -> Quantities.parse(value).isEmpty());
    return readable;
  }

  private static String smaller(String one, String other) {
    BigDecimal first = Quantities.parse(one).orElseThrow();
    BigDecimal second = Quantities.parse(other).orElseThrow();
    return first.compareTo(second) < 0 ? one : other;
  }
}
