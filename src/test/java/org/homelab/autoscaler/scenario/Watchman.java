package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;

/** Knows what is true, and writes down every breach of a safety rule. */
final class Watchman {
  /** How far the operator may be behind the times with what it has not written itself. */
  private Duration lag = Duration.ZERO;

  private final Lab lab;
  private final List<String> breaches = new ArrayList<>();
  private final Set<String> forced = new HashSet<>();
  private final Set<String> given = new HashSet<>();
  private Set<String> protectedNodes = Set.of();

  Watchman(Lab lab) {
    this.lab = lab;
  }

  List<String> breaches() {
    return breaches;
  }

  void protect(Set<String> nodes) {
    protectedNodes = nodes;
  }

  Set<String> protectedNodes() {
    return protectedNodes;
  }

  void allow(Duration lag) {
    this.lag = lag;
  }

  /** A command is about to be given by a Job of that name, which is not there yet. */
  void commands(Step step, OperationType type, String job) {
    Declared stored = lab.declared().get(step.machine().key());
    String machine = step.machine().name() + " " + type.text() + ": ";
    breach(!given.add(job), machine + job + " is given twice");
    breach(held(stored), machine + "held");
    breach(
        (stored.spec().desired() == PowerState.ON) != (type == OperationType.STARTUP),
        machine + "nobody wants it");
    breach(
        lab.jobs().values().stream().anyMatch(other -> other.live() && sameMachine(other, stored)),
        machine + "another Job lives");
    breach(
        step.after().attempts() != stored.status().attempts(), machine + "the claim is not stored");
    if (type == OperationType.STARTUP) {
      powersOn(step, stored, machine);
    } else {
      powersOff(step, stored, machine, job);
    }
  }

  private boolean sameMachine(PowerJob job, Declared node) {
    Optional<Declared> owner = Optional.ofNullable(lab.declared().get(job.machine()));
    return owner
        .map(other -> other.spec().kubernetesNodeName().equals(node.spec().kubernetesNodeName()))
        .orElse(false);
  }

  private void powersOn(Step step, Declared stored, String machine) {
    Optional<KubernetesNode> node = lab.node(stored.spec().kubernetesNodeName());
    Instant settled = lab.now().minus(step.policy().settle()).plus(lag);
    boolean flapping =
        node.filter(seen -> seen.ready() || seen.readyChanged().isAfter(settled)).isPresent();
    breach(flapping && lag.isZero(), machine + "its Kubernetes node is or just was Ready");
  }

  private void powersOff(Step step, Declared stored, String machine, String job) {
    String name = stored.spec().kubernetesNodeName();
    Optional<KubernetesNode> node = lab.node(name);
    boolean ready = node.filter(KubernetesNode::ready).isPresent();
    boolean isForced = step.reason() == Reason.DRAIN_FORCED;
    breach(
        isForced && step.policy().drainPolicy() != DrainPolicy.FORCE, machine + "forced unasked");
    breach(!isForced && lab.box(name).podsLeft(ready, lab.now()) > 0, machine + "pods are left");
    breach(node.filter(seen -> !seen.unschedulable()).isPresent(), machine + "not cordoned");
    breach(protectedNodes.contains(name), machine + "protected");
    breach(node.filter(KubernetesNode::controlPlane).isPresent(), machine + "control plane");
    if (isForced) {
      forced.add(job);
    }
  }

  /** A power-off Job is about to switch a machine off. */
  void powerGoes(PowerJob job, Box box) {
    boolean ready = lab.node(box.node()).filter(KubernetesNode::ready).isPresent();
    breach(
        !forced.contains(job.key().name()) && box.podsLeft(ready, lab.now()) > 0,
        box.node() + ": power goes under pods");
  }

  /** Our hands take a cordon back. */
  void uncordons(KubernetesNode node) {
    breach(!node.cordonedByUs(), node.name() + ": a cordon is taken back that is not ours");
    breach(
        lab.jobs().values().stream()
            .filter(job -> job.type() == OperationType.SHUTDOWN && job.live())
            .map(job -> Optional.ofNullable(lab.declared().get(job.machine())))
            .anyMatch(
                owner ->
                    owner
                        .filter(o -> o.spec().kubernetesNodeName().equals(node.name()))
                        .isPresent()),
        node.name() + ": uncordoned while a Job may switch it off");
  }

  /** Our hands delete a Kubernetes node. */
  void deletes(KubernetesNode node) {
    breach(node.ready(), node.name() + ": a Ready Kubernetes node is deleted");
    breach(
        node.controlPlane() || protectedNodes.contains(node.name()),
        node.name() + ": a protected Kubernetes node is deleted");
  }

  /** Our hands take in a machine that came up by itself. */
  void adopts(Declared node, boolean room) {
    breach(!room, node.key() + ": adopted beyond the maximum");
    breach(held(node), node.key() + ": adopted under a hold");
  }

  private boolean held(Declared node) {
    return node.hold().filter(hold -> hold.activeAt(lab.timers().clock().instant())).isPresent();
  }

  void breach(boolean happens, String words) {
    if (happens) {
      breaches.add(Script.time(lab.now()) + " " + words);
    }
  }
}
