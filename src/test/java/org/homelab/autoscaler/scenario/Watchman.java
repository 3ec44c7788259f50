package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.PowerUps;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.PowerPolicy;
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
    breach(!given.add(stored.uid() + " " + job), machine + job + " is given twice");
    breach(held(stored), machine + "held");
    breach(
        (stored.spec().desired() == PowerState.ON) != (type == OperationType.STARTUP),
        machine + "nobody wants it");
    breach(
        lab.jobs().values().stream().anyMatch(other -> other.live() && sameMachine(other, stored)),
        machine + "another Job lives");
    breach(
        lab.abandoned().stream().anyMatch(other -> sameMachine(other, stored)),
        machine + "a pod of another Job may act");
    breach(
        step.after().attempts() != stored.status().attempts(), machine + "the claim is not stored");
    breach(stored.deleting(), machine + "its Node is being deleted");
    breach(dryRun(stored), machine + "in a dry run");
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
    breach(worked(stored), machine + "in maintenance");
    breach(crowded(stored), machine + "out of turn");
  }

  /** Whether so many others are on their way up that there is no place for it. */
  private boolean crowded(Declared node) {
    long group =
        comingUp()
            .filter(other -> !other.key().equals(node.key()))
            .filter(other -> other.groupLabel().equals(node.groupLabel()))
            .count();
    long circuit =
        comingUp()
            .filter(other -> !other.key().equals(node.key()))
            .filter(other -> other.spec().circuit().equals(node.spec().circuit()))
            .count();
    PowerUps circuits = PowerPolicy.Defaults.STANDARD.circuits();
    return group >= group(node).flatMap(g -> atOnce(g)).orElse(Integer.MAX_VALUE)
        || (node.spec().circuit().isPresent() && circuit >= circuits.atOnce().orElseThrow());
  }

  private static Optional<Integer> atOnce(DeclaredGroup group) {
    OptionalInt most = group.policy().limits().atOnce();
    return most.isPresent() ? Optional.of(most.getAsInt()) : Optional.empty();
  }

  private Stream<Declared> comingUp() {
    return lab.declared().values().stream()
        .filter(node -> node.status().progress() == Progress.STARTING_UP)
        .filter(
            node ->
                node.status()
                    .operation()
                    .flatMap(Operation::command)
                    .filter(given -> given.claimedAt().plus(startup(node)).isAfter(lab.now()))
                    .isPresent());
  }

  /**
   * How long a machine may be on its way. One that should have come, and that nobody may call
   * failed because it is maintained, say, keeps no place from others (docs/adr/0007).
   */
  private Duration startup(Declared node) {
    GroupPolicy policy = group(node).map(DeclaredGroup::policy).orElse(GroupPolicy.NONE);
    return node.spec()
        .timeouts()
        .or(policy.timeouts())
        .startup()
        .or(() -> policy.options().maxNodeProvisionTime().map(time -> time.dividedBy(2)))
        .orElse(Duration.ofSeconds(450));
  }

  private Optional<DeclaredGroup> group(Declared node) {
    return node.groupLabel()
        .map(name -> lab.groups().get(new ObjectKey(node.key().namespace(), name)));
  }

  private boolean dryRun(Declared node) {
    return group(node).filter(group -> group.policy().dryRun()).isPresent();
  }

  private void powersOff(Step step, Declared stored, String machine, String job) {
    String name = stored.spec().kubernetesNodeName();
    Optional<KubernetesNode> node = lab.node(name);
    boolean ready = node.filter(KubernetesNode::ready).isPresent();
    boolean isForced = step.reason() == Reason.DRAIN_FORCED || fallsBackByForce(step);
    breach(isForced && !step.policy().drainPolicy().forced(), machine + "forced unasked");
    breach(!isForced && lab.box(name).podsLeft(ready, lab.now()) > 0, machine + "pods are left");
    breach(node.filter(seen -> !seen.unschedulable()).isPresent(), machine + "not cordoned");
    breach(protectedNodes.contains(name), machine + "protected");
    breach(node.filter(KubernetesNode::controlPlane).isPresent(), machine + "control plane");
    if (isForced) {
      forced.add(job);
    }
  }

  /** What was forced once its drain's time was over may be finished by the next recipe. */
  private boolean fallsBackByForce(Step step) {
    Instant drain = step.machine().status().operation().map(Operation::startedAt).orElseThrow();
    return step.decision() instanceof Decision.FallBack
        && step.policy().drainPolicy().forced()
        && !lab.timers().clock().instant().isBefore(drain.plus(step.policy().drain()));
  }

  /** The power-off of that name is about to switch a machine off. */
  void powerGoes(String command, Box box) {
    boolean ready = lab.node(box.node()).filter(KubernetesNode::ready).isPresent();
    breach(
        !forced.contains(command) && box.podsLeft(ready, lab.now()) > 0,
        box.node() + ": power goes under pods");
  }

  /** Our hands take a cordon back. */
  void uncordons(KubernetesNode node) {
    breach(node.cordonedByAPerson(), node.name() + ": a cordon is taken back that is not ours");
    breach(
        Stream.concat(lab.jobs().values().stream(), lab.abandoned().stream())
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
    Box box = lab.box(node.name());
    breach(
        box.systemRuns() && !box.pods().isEmpty(),
        node.name() + ": the Kubernetes node of pods that run is deleted");
    breach(
        node.controlPlane() || protectedNodes.contains(node.name()),
        node.name() + ": a protected Kubernetes node is deleted");
  }

  /** Our hands take in a machine that came up by itself. */
  void adopts(Declared node, boolean room) {
    breach(!room, node.key() + ": adopted beyond the maximum");
    breach(held(node), node.key() + ": adopted under a hold");
  }

  /** A Node goes for good: nothing of ours may be left at its machine, nor anything half done. */
  void letsGo(Declared node) {
    if (dryRun(node)) {
      return;
    }
    String name = node.spec().kubernetesNodeName();
    breach(
        lab.jobs().values().stream()
            .anyMatch(job -> job.live() && job.machine().equals(node.key())),
        node.key() + ": let go under a Job");
    lab.node(name)
        .filter(seen -> node.key().name().equals(seen.labels().get(Api.NODE_LABEL)))
        .ifPresent(seen -> breach(true, name + ": let go with our labels"));
    breach(
        lab.node(name).filter(KubernetesNode::cordonedByUs).isPresent()
            && lab.declared().values().stream()
                .noneMatch(
                    other ->
                        !other.key().equals(node.key())
                            && other.spec().kubernetesNodeName().equals(name)),
        name + ": let go with our cordon");
  }

  private boolean worked(Declared node) {
    Instant now = lab.timers().clock().instant();
    return node.maintenance().filter(work -> work.activeAt(now)).isPresent();
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
