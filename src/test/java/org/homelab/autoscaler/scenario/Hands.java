package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DrainPolicy.NodeWhenOff;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.KubernetesNode.Kept;
import org.homelab.autoscaler.fleet.KubernetesNodeBuilder;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Machine.Problem.Code;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.fleet.Taint;
import org.homelab.autoscaler.power.JobNames;
import org.homelab.autoscaler.power.PowerPolicy;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Registration;
import org.homelab.autoscaler.power.Step;
import org.homelab.autoscaler.scenario.Edits.Cordon;

/** The beans that the power routes call, played on the lab with the preconditions of the real. */
final class Hands {
  /** The look was out of date; the next one decides again. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  private final Lab lab;
  private final Runnable wrote;
  private String revision = "";

  /**
   * Hands in that lab.
   *
   * @param wrote called after every write
   */
  Hands(Lab lab, Runnable wrote) {
    this.lab = lab;
    this.wrote = wrote;
  }

  /** Carries a whole step out, bean by bean. */
  void carryOut(Step step, Iterable<String> beans) {
    revision = step.machine().declared().revision();
    for (String bean : beans) {
      call(bean, step);
    }
  }

  private void call(String bean, Step step) {
    switch (bean) {
      case "status.write" -> write(step);
      case "status.given" -> given(step);
      case "intents.adopt" -> adopt(step);
      case "custody.takeCharge" -> custody(step, true);
      case "custody.letGo" -> custody(step, false);
      case "nodes.keep" -> keep(step);
      case "nodes.release" -> release(step);
      case "nodes.forget" -> forget(step);
      case "nodes.forgetLeftOver" -> forgetLeftOver(step);
      case "nodes.register" -> register(step);
      case "nodes.becomeReady" -> becomeReady(step);
      case "jobs.cancel" -> cancel(step);
      case "drain.cordon" -> cordon(step);
      case "drain.uncordon" -> uncordon(step);
      case "drain.evict" -> evict(step);
      case "drain.lastLook" -> lastLook(step);
      case "kamelet.give" -> give(step);
      default -> throw new IllegalArgumentException("no such bean in the lab: " + bean);
    }
  }

  private Declared stored(Step step) {
    Declared stored = lab.declared().get(step.machine().key());
    if (stored == null || !stored.revision().equals(revision)) {
      throw new Refused("changed since it was looked at");
    }
    return stored;
  }

  private void write(Step step) {
    Declared stored = stored(step);
    if (!stored.status().equals(step.after())) {
      put(stored.with(step.after()));
    }
  }

  private void put(Declared node) {
    lab.watchman()
        .breach(
            node.status().attempts() < lab.declared().get(node.key()).status().attempts(),
            node.key() + ": attempts are counted down");
    revision = lab.put(node).revision();
    wrote.run();
  }

  /** Finds its claim whatever else has changed meanwhile. */
  private void given(Step step) {
    Declared stored = lab.declared().get(step.machine().key());
    if (stored == null) {
      throw new Refused("gone");
    }
    MachineStatus status = stored.status();
    int attempt = command(step).attempt();
    Optional<Operation> claimed =
        status
            .operation()
            .filter(o -> o.command().filter(c -> c.attempt() == attempt).isPresent())
            .filter(o -> o.command().get().job().isEmpty());
    claimed
        .filter(o -> o.command().filter(c -> !c.noted()).isPresent())
        .ifPresent(o -> put(stored.with(status.with(Optional.of(noted(step, o))))));
  }

  private Operation noted(Step step, Operation claimed) {
    Operation.Command command = claimed.command().orElseThrow();
    return command.recipe().isPresent()
        ? claimed.with(command.sent(lab.now()))
        : claimed.givenBy(jobOf(step, claimed.type()));
  }

  /** The device says no, and that is noted in the claim. */
  private void failed(Step step) {
    Declared stored = lab.declared().get(step.machine().key());
    Operation claimed = stored.status().operation().orElseThrow();
    Operation.Command refused = claimed.command().orElseThrow().failed("refused");
    put(stored.with(stored.status().with(Optional.of(claimed.with(refused)))));
  }

  private static Operation.Command command(Step step) {
    return step.after().operation().flatMap(Operation::command).orElseThrow();
  }

  private static String jobOf(Step step, OperationType type) {
    return JobNames.of(step.machine().name(), type, command(step).attempt());
  }

  private void adopt(Step step) {
    Declared stored = stored(step);
    lab.watchman().adopts(stored, step.policy().neighbours().room() > 0);
    put(Edits.desired(stored, PowerState.ON));
  }

  private void custody(Step step, boolean inCharge) {
    Declared node = DeclaredBuilder.copy(stored(step)).inCharge(inCharge).build();
    if (node.deleting() && !inCharge) {
      lab.watchman().letsGo(node);
      lab.remove(node.key());
    } else {
      revision = lab.put(node).revision();
    }
    wrote.run();
  }

  private void keep(Step step) {
    boolean stays = step.reason() != Reason.NOT_KEPT;
    seen(step)
        .filter(node -> node.kept() != Kept.BY_OTHERS)
        .map(node -> KubernetesNodeBuilder.copy(node).kept(stays ? Kept.BY_US : Kept.NO).build())
        .ifPresent(this::putNode);
  }

  private void release(Step step) {
    String ours = Registration.nodeLabel(step.machine());
    if (step.policy().dryRun()
        || step.machine().problem().filter(p -> p.code() == Code.DUPLICATE).isPresent()) {
      return;
    }
    seen(step)
        .filter(node -> ours.equals(node.labels().getOrDefault(Api.NODE_LABEL, ours)))
        .map(node -> node.cordonedByUs() ? withoutCordon(node) : node)
        .map(
            node ->
                KubernetesNodeBuilder.copy(node)
                    .withoutLabel(Api.NODE_LABEL)
                    .withoutLabel(Api.NODE_GROUP_LABEL)
                    .kept(node.kept() == Kept.BY_US ? Kept.NO : node.kept())
                    .build())
        .ifPresent(this::putNode);
  }

  private Optional<KubernetesNode> seen(Step step) {
    Machine machine = step.machine();
    Optional<KubernetesNode> live = lab.node(machine.spec().kubernetesNodeName());
    if (live.isPresent() && machine.node().isEmpty()) {
      throw new Refused("the Kubernetes node has joined since");
    }
    return live;
  }

  private void forgetLeftOver(Step step) {
    if (step.machine().node().isEmpty() || step.nodeIsLeftOver()) {
      forget(step);
    }
  }

  private void forget(Step step) {
    Optional<KubernetesNode> live = seen(step);
    if (live.isEmpty()) {
      return;
    }
    if (!live.equals(step.machine().node())) {
      throw new Refused("the Kubernetes node has changed since");
    }
    if (step.policy().drainPolicy().nodeWhenOff() == NodeWhenOff.KEEP) {
      putNode(Edits.suspended(live.get(), true));
      return;
    }
    lab.watchman().deletes(live.get());
    lab.deleteNode(live.get().name());
    wrote.run();
  }

  private void register(Step step) {
    boolean back = step.machine().node().filter(n -> n.suspended() && n.ready()).isPresent();
    if (back) {
      becomeReady(step);
    } else {
      seen(step).map(node -> registered(node, step.machine())).ifPresent(this::putNode);
    }
  }

  private static KubernetesNode registered(KubernetesNode node, Machine machine) {
    KubernetesNode registered =
        Edits.registered(
            Edits.annotations(node, Registration.annotations(machine)),
            Optional.of(machine.instanceId()),
            Registration.labels(node, machine),
            Taint.joined(node.taints(), Registration.taints(node, machine)));
    return Registration.cordon(node, machine)
        ? Edits.cordon(registered, Cordon.A_PERSONS)
        : registered;
  }

  private void becomeReady(Step step) {
    seen(step)
        .map(node -> open(registered(node, step.machine())))
        .map(node -> Edits.suspended(node, false))
        .ifPresent(this::putNode);
  }

  private KubernetesNode open(KubernetesNode node) {
    List<Taint> taints = node.taints().stream().filter(Taint::permanent).toList();
    KubernetesNode untainted = Edits.taints(node, taints);
    return node.unschedulable() && !node.cordonedByAPerson() ? withoutCordon(untainted) : untainted;
  }

  private KubernetesNode withoutCordon(KubernetesNode node) {
    lab.watchman().uncordons(node);
    return Edits.cordon(node, Cordon.NONE);
  }

  private void putNode(KubernetesNode node) {
    if (!node.equals(lab.nodes().get(node.name()))) {
      lab.put(node);
      wrote.run();
    }
  }

  private void cancel(Step step) {
    for (PowerJob job : List.copyOf(lab.jobs().values())) {
      if (job.machine().equals(step.machine().key()) && job.state() == PowerJob.State.RUNNING) {
        lab.stop(job.key());
        wrote.run();
      }
    }
  }

  private void cordon(Step step) {
    seen(step)
        .filter(node -> !node.unschedulable())
        .map(node -> Edits.cordon(node, Cordon.OURS))
        .ifPresent(this::putNode);
  }

  private void uncordon(Step step) {
    Instant since = PowerPolicy.removalsOver(step.machine(), step.now());
    seen(step).map(node -> giveBack(node, since)).ifPresent(this::putNode);
  }

  private KubernetesNode giveBack(KubernetesNode node, Instant since) {
    if (node.suspended() && !node.ready()) {
      return node;
    }
    if (node.toBeDeletedBy(since)) {
      return open(node);
    }
    return node.cordonedByUs() ? withoutCordon(node) : node;
  }

  private void evict(Step step) {
    cordon(step);
    if (box(step).evict(lab.now(), step.policy().drainPolicy())) {
      wrote.run();
    }
  }

  private Box box(Step step) {
    return lab.box(step.machine().spec().kubernetesNodeName());
  }

  private void lastLook(Step step) {
    if (step.reason() == Reason.DRAIN_FORCED) {
      return;
    }
    box(step).lastLook(true);
    cordon(step);
    if (box(step).podsLeft(step.machine().nodeReady(), lab.now()) > 0) {
      throw new Refused("pods remain");
    }
  }

  private void give(Step step) {
    OperationType type = step.after().operation().orElseThrow().type();
    boolean on = type == OperationType.STARTUP;
    if (command(step).recipe().isPresent()) {
      tellDevice(step, type);
    } else {
      give(step, type, on ? step.policy().startup() : step.policy().shutdown());
    }
  }

  /** The operator itself gives the command: no Job tells of it afterwards. */
  private void tellDevice(Step step, OperationType type) {
    String name = jobOf(step, type);
    lab.watchman().commands(step, type, name);
    Box box = box(step);
    switch (box.device(type, command(step).stage())) {
      case REFUSES -> failed(step);
      case NEEDS_SYSTEM -> {
        if (box.systemRuns()) {
          lab.deviceActs(box, type, name);
          wrote.run();
        } else {
          failed(step);
        }
      }
      case ACTS_SILENTLY -> {
        lab.deviceActs(box, type, name);
        wrote.run();
        throw new Refused("no answer");
      }
      case SILENT -> {
        wrote.run();
        throw new Refused("no answer");
      }
      case TAKES -> {
        lab.deviceActs(box, type, name);
        wrote.run();
      }
    }
  }

  private void give(Step step, OperationType type, Duration deadline) {
    String name = jobOf(step, type);
    ObjectKey machine = step.machine().key();
    if (!lab.jobs().containsKey(new ObjectKey(machine.namespace(), name))) {
      lab.watchman().commands(step, type, name);
      lab.start(machine, type, name, deadline);
      if (type == OperationType.SHUTDOWN) {
        box(step).lastLook(false);
      }
      wrote.run();
    }
  }
}
