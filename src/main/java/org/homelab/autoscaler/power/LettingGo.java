package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;

/**
 * The next step of a machine whose Node is being deleted, or whose group is gone: nothing is
 * powered, a power-off that was given is seen through to its end, and what we did to the Kubernetes
 * node is undone.
 */
final class LettingGo {
  private final Look look;
  private final Machine machine;

  LettingGo(Look look) {
    this.look = look;
    this.machine = look.machine();
  }

  /** The Node is being deleted and waits for us. */
  Decision deleted() {
    boolean anothers =
        machine.problem().filter(p -> p.code() == Machine.Problem.Code.DUPLICATE).isPresent();
    if (!machine.declared().inCharge()) {
      return new Decision.Refuse(Reason.DELETED, "", Optional.empty());
    }
    if (anothers || look.policy().dryRun()) {
      return new Decision.LetGo(Reason.DELETED);
    }
    if (look.powerOffGiven()) {
      return new PowerOffSteps(look).whilePoweringOff();
    }
    return machine
        .liveJob()
        .map(this::outlast)
        .or(this::stale)
        .orElseGet(
            () ->
                look.mayBeCordoned()
                    ? new Decision.CancelShutdown(Reason.DELETED)
                    : new Decision.LetGo(Reason.DELETED));
  }

  /** No group: the machine stays as it is, and says what to do. */
  Decision groupless(Reason reason, String how) {
    if (look.powerOffGiven()) {
      return new PowerOffSteps(look).whilePoweringOff();
    }
    if (look.mayBeCordoned()) {
      return look.powerOffRunning().orElseGet(() -> new Decision.CancelShutdown(reason));
    }
    return stale().orElseGet(() -> left(reason, how));
  }

  /** A power-off that was noted as done is done only when its Kubernetes node is gone too. */
  private Optional<Decision> stale() {
    return look.unchangedSinceOff() && !machine.nodeReady() && machine.liveJob().isEmpty()
        ? Optional.of(new Decision.ConfirmOff(Reason.STALE_NODE))
        : Optional.empty();
  }

  private Decision left(Reason reason, String how) {
    return reason == Reason.NO_GROUP && machine.node().filter(this::marked).isPresent()
        ? new Decision.Leave(reason)
        : new Decision.Refuse(reason, how, Optional.empty());
  }

  private boolean marked(KubernetesNode node) {
    return Registration.marked(node, machine);
  }

  /** A Job that switches the machine ends by itself, or is ended when its time is over. */
  private Decision outlast(PowerJob job) {
    boolean on = job.type() == OperationType.STARTUP;
    Duration limit = on ? look.policy().startup() : look.policy().shutdown();
    if (job.state() != PowerJob.State.RUNNING) {
      return new Decision.Wait(Reason.JOB_RUNNING, job.key().name(), Optional.empty());
    }
    if (!look.over(job.createdAt(), limit)) {
      Instant end = job.createdAt().plus(limit);
      return new Decision.Wait(Reason.JOB_RUNNING, job.key().name(), Optional.of(end));
    }
    return on
        ? new Decision.CancelPowerOn(Reason.DELETED)
        : new Decision.CancelPowerOff(Reason.DELETED);
  }
}
