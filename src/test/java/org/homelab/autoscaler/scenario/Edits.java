package org.homelab.autoscaler.scenario;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.MachineSpec;
import org.homelab.autoscaler.fleet.PowerJob;

/** The same object with something changed. */
final class Edits {
  private Edits() {}

  static Declared revision(Declared node, String revision) {
    return declared(node, revision, node.groupLabel(), node.hold(), node.release(), node.spec());
  }

  static Declared group(Declared node, String group) {
    return declared(
        node, node.revision(), Optional.of(group), node.hold(), node.release(), node.spec());
  }

  static Declared hold(Declared node, Optional<Hold> hold) {
    return declared(node, node.revision(), node.groupLabel(), hold, node.release(), node.spec());
  }

  static Declared release(Declared node, String value) {
    return declared(
        node, node.revision(), node.groupLabel(), node.hold(), Optional.of(value), node.spec());
  }

  static Declared desired(Declared node, PowerState desired) {
    MachineSpec spec = node.spec();
    return declared(
        node,
        node.revision(),
        node.groupLabel(),
        node.hold(),
        node.release(),
        new MachineSpec(
            desired,
            spec.kubernetesNodeName(),
            spec.providerId(),
            spec.timeouts(),
            spec.price(),
            spec.taintsToRemove(),
            spec.template()));
  }

  private static Declared declared(
      Declared node,
      String revision,
      Optional<String> group,
      Optional<Hold> hold,
      Optional<String> release,
      MachineSpec spec) {
    return new Declared(
        node.key(),
        node.uid(),
        node.createdAt(),
        node.generation(),
        revision,
        node.labels(),
        group,
        hold,
        release,
        node.deleting(),
        node.invalid(),
        spec,
        node.status());
  }

  static KubernetesNode ready(KubernetesNode node, boolean ready, Instant since) {
    return node(
        node,
        ready,
        since,
        node.unschedulable(),
        node.cordonedByUs(),
        node.providerId(),
        node.labels());
  }

  static KubernetesNode cordon(KubernetesNode node, boolean cordoned, boolean ours) {
    return node(
        node, node.ready(), node.readyChanged(), cordoned, ours, node.providerId(), node.labels());
  }

  static KubernetesNode registered(
      KubernetesNode node, String providerId, Map<String, String> labels) {
    var all = new HashMap<>(node.labels());
    all.putAll(labels);
    return node(
        node,
        node.ready(),
        node.readyChanged(),
        node.unschedulable(),
        node.cordonedByUs(),
        node.providerId().or(() -> Optional.of(providerId)),
        all);
  }

  private static KubernetesNode node(
      KubernetesNode node,
      boolean ready,
      Instant since,
      boolean unschedulable,
      boolean cordonedByUs,
      Optional<String> providerId,
      Map<String, String> labels) {
    return new KubernetesNode(
        node.name(),
        node.uid(),
        ready,
        since,
        unschedulable,
        cordonedByUs,
        providerId,
        labels,
        node.taints(),
        node.capacity(),
        node.allocatable());
  }

  static PowerJob state(PowerJob job, PowerJob.State state) {
    return new PowerJob(
        job.key(),
        job.machine(),
        job.nodeName(),
        job.type(),
        state,
        job.createdAt(),
        state == PowerJob.State.FAILED ? "BackoffLimitExceeded" : "");
  }
}
