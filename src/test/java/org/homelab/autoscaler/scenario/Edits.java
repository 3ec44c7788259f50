package org.homelab.autoscaler.scenario;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.GroupPolicies;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Taint;

/** The same object with something changed. */
final class Edits {
  private Edits() {}

  static Declared revision(Declared node, String revision) {
    return DeclaredBuilder.copy(node).revision(revision).build();
  }

  static Declared group(Declared node, String group) {
    return DeclaredBuilder.copy(node).group(group).build();
  }

  static Declared hold(Declared node, Optional<Hold> hold) {
    return DeclaredBuilder.copy(node).hold(hold).build();
  }

  static Declared release(Declared node, String value) {
    return DeclaredBuilder.copy(node).release(Optional.of(value)).build();
  }

  static Declared desired(Declared node, PowerState desired) {
    return DeclaredBuilder.copy(node).desired(desired).build();
  }

  /** CA gives that power-on up as lost. */
  static Declared givenUp(Declared node, int attempt) {
    return DeclaredBuilder.copy(node).givenUp(attempt).build();
  }

  static Declared maintenance(Declared node, Optional<Hold> word) {
    return DeclaredBuilder.copy(node).maintenance(word).build();
  }

  static Declared keepOn(Declared node, Optional<Hold> word) {
    return DeclaredBuilder.copy(node).keepOn(word).build();
  }

  /** With something about its power described in another way. */
  static Declared rewired(Declared node) {
    return DeclaredBuilder.copy(node).powerSpec(node.powerSpec() + "'").build();
  }

  static DeclaredGroup deleting(DeclaredGroup group) {
    return new DeclaredGroup(
        group.key(),
        group.uid(),
        group.generation(),
        group.revision(),
        true,
        group.inCharge(),
        group.invalid(),
        group.policy());
  }

  static DeclaredGroup force(DeclaredGroup group, Optional<Hold> order) {
    return new DeclaredGroup(
        group.key(),
        group.uid(),
        group.generation(),
        group.revision(),
        group.deleting(),
        group.inCharge(),
        group.invalid(),
        GroupPolicies.forced(group.policy(), order));
  }

  static KubernetesNode ready(KubernetesNode node, boolean ready, Instant since) {
    return KubernetesNodeBuilder.copy(node).ready(ready, since).build();
  }

  /** Whose a cordon is. */
  enum Cordon {
    NONE,
    OURS,
    CLUSTER_AUTOSCALERS,
    A_PERSONS
  }

  static KubernetesNode cordon(KubernetesNode node, Cordon whose) {
    return KubernetesNodeBuilder.copy(node)
        .cordon(whose != Cordon.NONE, whose == Cordon.OURS, whose == Cordon.A_PERSONS)
        .build();
  }

  static KubernetesNode taints(KubernetesNode node, List<Taint> taints) {
    return KubernetesNodeBuilder.copy(node).taints(taints).build();
  }

  static KubernetesNode labels(KubernetesNode node, Map<String, String> labels) {
    return KubernetesNodeBuilder.copy(node).labels(labels).build();
  }

  static KubernetesNode annotations(KubernetesNode node, Map<String, String> annotations) {
    return KubernetesNodeBuilder.copy(node).annotations(annotations).build();
  }

  /** CA's marks. */
  static KubernetesNode taints(KubernetesNode node, List<Taint> taints, boolean cordoned) {
    return KubernetesNodeBuilder.copy(node)
        .taints(taints)
        .cordon(cordoned, cordoned && node.cordonedByUs(), false)
        .build();
  }

  static KubernetesNode registered(
      KubernetesNode node,
      Optional<String> providerId,
      Map<String, String> labels,
      List<Taint> taints) {
    return KubernetesNodeBuilder.copy(node)
        .labels(labels)
        .providerId(node.providerId().or(() -> providerId))
        .taints(taints)
        .build();
  }

  static KubernetesNode suspended(KubernetesNode node, boolean suspended) {
    return KubernetesNodeBuilder.copy(node).suspended(suspended).build();
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
