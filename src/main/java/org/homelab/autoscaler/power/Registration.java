package org.homelab.autoscaler.power;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.fleet.Taint;
import org.homelab.autoscaler.fleet.Template;

/** What makes a Kubernetes node known as ours, and what it gets back that its kubelet forgets. */
public final class Registration {
  /** What a kubelet alone knows of its machine. */
  private static final Set<String> THE_KUBELETS =
      Set.of("kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch");

  private Registration() {}

  /** The labels that the machine's Kubernetes node carries. */
  public static Map<String, String> labels(Machine machine) {
    return Map.of(
        Api.NODE_GROUP_LABEL,
        label(machine.group().orElseThrow().name()),
        Api.NODE_LABEL,
        nodeLabel(machine));
  }

  /** The label by which the machine's Kubernetes node names it. */
  public static String nodeLabel(Machine machine) {
    return label(machine.name());
  }

  /** Whether the Kubernetes node has its provider id and all that it is to get. */
  static boolean complete(KubernetesNode node, Machine machine) {
    return node.providerId().isPresent()
        && node.labels().entrySet().containsAll(labels(node, machine).entrySet())
        && node.annotations().entrySet().containsAll(annotations(machine).entrySet())
        && taints(node, machine).isEmpty();
  }

  /** Whether the Kubernetes node carries marks of ours for that machine. */
  public static boolean marked(KubernetesNode node, Machine machine) {
    return nodeLabel(machine).equals(node.labels().get(Api.NODE_LABEL))
        || (node.kept() == KubernetesNode.Kept.BY_US && !node.labels().containsKey(Api.NODE_LABEL));
  }

  /** Whether the Cluster Autoscaler is told to leave it on exactly while it is to. */
  static boolean keptRight(KubernetesNode node, boolean stays) {
    return switch (node.kept()) {
      case NO -> !stays;
      case BY_US -> stays;
      case BY_OTHERS -> true;
    };
  }

  /** The machine whose label the Kubernetes node carries, if that is another one. */
  public static Optional<String> otherOwner(KubernetesNode node, Machine machine) {
    return Optional.ofNullable(node.labels().get(Api.NODE_LABEL))
        .filter(owner -> !owner.isBlank() && !owner.equals(label(machine.name())));
  }

  /** How to solve a quarrel about a Kubernetes node. */
  public static String otherOwnersWayOut(String owner, KubernetesNode node, Machine machine) {
    return "Kubernetes node "
        + node.name()
        + " carries label "
        + Api.NODE_LABEL
        + "="
        + owner
        + ": remove the label or fix spec.kubernetesNodeName of Node "
        + machine.key();
  }

  /**
   * Labels that the Kubernetes node is to carry, ours too: those that its owner declares, whatever
   * their value is now, and when it joins also those that it had and came without.
   */
  public static Map<String, String> labels(KubernetesNode node, Machine machine) {
    var labels = new HashMap<String, String>();
    if (joins(node, machine)) {
      machine.status().template().map(Template::labels).ifPresent(labels::putAll);
      labels.keySet().removeAll(node.labels().keySet());
    }
    machine.template().map(Template::labels).ifPresent(labels::putAll);
    labels.keySet().removeAll(THE_KUBELETS);
    labels.putAll(labels(machine));
    return labels;
  }

  /** Annotations that its owner declares for the Kubernetes node. */
  public static Map<String, String> annotations(Machine machine) {
    return machine.template().map(Template::annotations).orElse(Map.of());
  }

  /**
   * Taints that the Kubernetes node gets: those that its owner declares and that it does not have
   * just so, and when it joins also those that it had and came without.
   */
  public static List<Taint> taints(KubernetesNode node, Machine machine) {
    List<Taint> declared =
        lasting(machine.template(), machine).filter(t -> !node.taints().contains(t)).toList();
    if (!joins(node, machine)) {
      // One that evicts would throw out what runs there.
      return declared.stream().filter(taint -> !taint.evicts()).toList();
    }
    List<Taint> had =
        lasting(machine.status().template(), machine)
            .filter(taint -> node.taints().stream().noneMatch(taint::is))
            .toList();
    return Taint.joined(had, declared);
  }

  /** What is declared for the machine on top of what is known of it: what it will look like. */
  public static Template expected(Template known, Machine machine) {
    Template declared = machine.template().orElse(known);
    Map<String, String> labels = new HashMap<>(declared.labels());
    known
        .labels()
        .forEach(
            (key, value) ->
                labels.merge(key, value, (own, had) -> THE_KUBELETS.contains(key) ? had : own));
    labels.putAll(labels(machine));
    List<Taint> taints =
        Taint.joined(
            lasting(Optional.of(known), machine).toList(),
            lasting(Optional.of(declared), machine).toList());
    return new Template(
        Template.lasting(labels),
        declared.annotations(),
        taints,
        known.capacity(),
        known.allocatable(),
        known.cordoned());
  }

  private static Stream<Taint> lasting(Optional<Template> template, Machine machine) {
    return template.stream()
        .flatMap(known -> known.taints().stream())
        .filter(Taint::permanent)
        .filter(taint -> !machine.spec().taintsToRemove().contains(taint.key()));
  }

  /** Whether the Kubernetes node gets back the cordon that a person had put on it. */
  public static boolean cordon(KubernetesNode node, Machine machine) {
    return joins(node, machine)
        && !node.unschedulable()
        && templates(machine).anyMatch(Template::cordoned);
  }

  /** What the Kubernetes node looks like once it has what it gets. */
  static Template template(KubernetesNode node, Machine machine) {
    Template seen = Template.of(node);
    if (machine.group().isEmpty()) {
      return seen;
    }
    var labels = new HashMap<>(seen.labels());
    labels.putAll(Template.lasting(labels(node, machine)));
    return new Template(
        labels,
        Map.of(),
        Taint.joined(seen.taints(), taints(node, machine)),
        seen.capacity(),
        seen.allocatable(),
        seen.cordoned() || cordon(node, machine));
  }

  /**
   * Whether the Kubernetes node is new and its machine is known: one that nobody knew yet is taken
   * in as it is.
   */
  private static boolean joins(KubernetesNode node, Machine machine) {
    return machine.group().isPresent()
        && !node.labels().containsKey(Api.NODE_LABEL)
        && machine.status().progress() != Progress.NEW;
  }

  private static Stream<Template> templates(Machine machine) {
    return Stream.concat(machine.template().stream(), machine.status().template().stream());
  }

  private static String label(String name) {
    return JobNames.shorten(name, 63);
  }
}
