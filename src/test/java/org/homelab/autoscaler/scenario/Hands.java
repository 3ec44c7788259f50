package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;
import org.homelab.autoscaler.power.JobNames;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Registration;
import org.homelab.autoscaler.power.Step;

/** The beans that the power routes call, played on the lab with the preconditions of the real. */
final class Hands {
  private static final Duration GRACE = Duration.ofSeconds(3);

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
      case "nodes.forget" -> forget(step);
      case "nodes.register" -> register(step);
      case "nodes.becomeReady" -> becomeReady(step);
      case "jobs.cancel" -> cancel(step);
      case "drain.cordon" -> cordon(step);
      case "drain.uncordon" -> uncordon(step);
      case "drain.evict" -> evict(step);
      case "drain.lastLook" -> lastLook(step);
      case "kamelet.on" -> give(step, OperationType.STARTUP, step.policy().startup());
      case "kamelet.off" -> give(step, OperationType.SHUTDOWN, step.policy().shutdown());
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
    claimed.ifPresent(
        o -> put(stored.with(status.with(Optional.of(o.givenBy(jobOf(step, o.type())))))));
  }

  private static Operation.Command command(Step step) {
    return step.after().operation().flatMap(Operation::command).orElseThrow();
  }

  private static String jobOf(Step step, OperationType type) {
    return JobNames.of(step.machine().name(), type, command(step).attempt());
  }

  private void adopt(Step step) {
    Declared stored = stored(step);
    lab.watchman().adopts(stored, step.policy().room() > 0);
    put(Edits.desired(stored, PowerState.ON));
  }

  private Optional<KubernetesNode> seen(Step step) {
    Machine machine = step.machine();
    Optional<KubernetesNode> live = lab.node(machine.spec().kubernetesNodeName());
    if (live.isPresent() && machine.node().isEmpty()) {
      throw new Refused("the Kubernetes node has joined since");
    }
    return live;
  }

  private void forget(Step step) {
    Optional<KubernetesNode> live = seen(step);
    if (live.isEmpty()) {
      return;
    }
    if (!live.equals(step.machine().node())) {
      throw new Refused("the Kubernetes node has changed since");
    }
    lab.watchman().deletes(live.get());
    lab.deleteNode(live.get().name());
    wrote.run();
  }

  private void register(Step step) {
    seen(step).map(node -> registered(node, step.machine())).ifPresent(this::putNode);
  }

  private static KubernetesNode registered(KubernetesNode node, Machine machine) {
    return Edits.registered(node, machine.instanceId(), Registration.labels(machine));
  }

  private void becomeReady(Step step) {
    seen(step)
        .map(node -> registered(node, step.machine()))
        .map(node -> node.cordonedByUs() ? withoutCordon(node) : node)
        .ifPresent(this::putNode);
  }

  private KubernetesNode withoutCordon(KubernetesNode node) {
    lab.watchman().uncordons(node);
    return Edits.cordon(node, false, false);
  }

  private void putNode(KubernetesNode node) {
    if (!node.equals(lab.nodes().get(node.name()))) {
      lab.put(node);
      wrote.run();
    }
  }

  private void cancel(Step step) {
    for (PowerJob job : step.machine().jobs()) {
      if (job.machine().equals(step.machine().key()) && job.state() == PowerJob.State.RUNNING) {
        lab.stop(job.key());
        wrote.run();
      }
    }
  }

  private void cordon(Step step) {
    seen(step)
        .filter(node -> !node.unschedulable())
        .map(node -> Edits.cordon(node, true, true))
        .ifPresent(this::putNode);
  }

  private void uncordon(Step step) {
    seen(step)
        .filter(KubernetesNode::cordonedByUs)
        .map(this::withoutCordon)
        .ifPresent(this::putNode);
  }

  private void evict(Step step) {
    cordon(step);
    if (box(step).evict(lab.now(), GRACE)) {
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
    cordon(step);
    if (box(step).podsLeft(step.machine().nodeReady(), lab.now()) > 0) {
      throw new Refused("pods remain");
    }
  }

  private void give(Step step, OperationType type, Duration deadline) {
    String name = jobOf(step, type);
    ObjectKey machine = step.machine().key();
    if (!lab.jobs().containsKey(new ObjectKey(machine.namespace(), name))) {
      lab.watchman().commands(step, type, name);
      lab.start(machine, type, name, deadline);
      wrote.run();
    }
  }
}
