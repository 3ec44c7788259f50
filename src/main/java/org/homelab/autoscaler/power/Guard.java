package org.homelab.autoscaler.power;

import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Progress;

/** What forbids any step at a machine, whatever its state; a cordon of ours is taken back first. */
final class Guard {
  private Guard() {}

  static Optional<Decision> check(Look look) {
    Machine machine = look.machine();
    if (machine.declared().deleting()) {
      return Optional.of(leaveAlone(look, Reason.DELETED, ""));
    }
    if (machine.problem().isPresent()) {
      Machine.Problem problem = machine.problem().get();
      return Optional.of(leaveAlone(look, reason(problem.code()), problem.message()));
    }
    if (machine.controlPlane()) {
      return Optional.of(
          leaveAlone(
              look,
              Reason.CONTROL_PLANE,
              "delete this Node or fix its spec.kubernetesNodeName; control-plane nodes are left"
                  + " alone"));
    }
    return ownNode(look)
        ? Optional.of(
            leaveAlone(
                look,
                Reason.OWN_NODE,
                "move the operator to another Kubernetes node or set powerState on"))
        : Optional.empty();
  }

  /** Power, or the Kubernetes node of a machine that seems off, may be at stake. */
  private static boolean ownNode(Look look) {
    Machine machine = look.machine();
    boolean adoptable = look.progress() == Progress.NEW && machine.nodeReady();
    boolean off = machine.node().isEmpty() && machine.status().power() == ObservedPower.OFF;
    return look.policy().protectedNodes().contains(machine.spec().kubernetesNodeName())
        && !machine.desiredOn()
        && !adoptable
        && !off;
  }

  private static Decision leaveAlone(Look look, Reason reason, String how) {
    boolean ours = reason != Reason.DUPLICATE && look.mayBeCordoned() && !look.powerOffGiven();
    return ours && look.powerOffRunning().isEmpty()
        ? new Decision.CancelShutdown(reason)
        : new Decision.Refuse(reason, how, Optional.empty());
  }

  private static Reason reason(Machine.Problem.Code code) {
    return switch (code) {
      case NO_GROUP -> Reason.NO_GROUP;
      case AMBIGUOUS_GROUP -> Reason.AMBIGUOUS_GROUP;
      case DUPLICATE -> Reason.DUPLICATE;
      case INVALID_SPEC -> Reason.INVALID_SPEC;
    };
  }
}
