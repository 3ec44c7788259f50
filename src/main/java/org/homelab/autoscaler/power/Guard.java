package org.homelab.autoscaler.power;

import java.util.Optional;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Progress;

/** What forbids any step at a machine, whatever its state; a cordon of ours is taken back first. */
final class Guard {
  private static final String GIVEN =
      "; its power-off had been given before, and what became of that is looked at, and its cordon"
          + " taken off, once this is mended";

  private Guard() {}

  static Optional<Decision> check(Look look) {
    Machine machine = look.machine();
    if (machine.declared().deleting()) {
      return Optional.of(new LettingGo(look).deleted());
    }
    if (machine.problem().isPresent()) {
      Machine.Problem problem = machine.problem().get();
      return Optional.of(problematic(look, problem));
    }
    Optional<String> owner = machine.node().flatMap(node -> Registration.otherOwner(node, machine));
    if (owner.isPresent()) {
      return Optional.of(
          new Decision.Refuse(
              Reason.ANOTHERS_NODE,
              Registration.otherOwnersWayOut(owner.get(), machine.node().get(), machine),
              Optional.empty()));
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

  private static Decision problematic(Look look, Machine.Problem problem) {
    Reason reason = reason(problem.code());
    return switch (problem.code()) {
      case NO_GROUP, AMBIGUOUS_GROUP -> new LettingGo(look).groupless(reason, problem.message());
      case DUPLICATE, DUPLICATE_ID, INVALID_SPEC -> leaveAlone(look, reason, problem.message());
    };
  }

  private static Decision leaveAlone(Look look, Reason reason, String how) {
    boolean ours = reason != Reason.DUPLICATE && look.mayBeCordoned() && !look.powerOffGiven();
    return ours && look.powerOffRunning().isEmpty()
        ? new Decision.CancelShutdown(reason)
        : new Decision.Refuse(reason, look.powerOffGiven() ? how + GIVEN : how, Optional.empty());
  }

  private static Reason reason(Machine.Problem.Code code) {
    return switch (code) {
      case NO_GROUP -> Reason.NO_GROUP;
      case AMBIGUOUS_GROUP -> Reason.AMBIGUOUS_GROUP;
      case DUPLICATE -> Reason.DUPLICATE;
      case INVALID_SPEC -> Reason.INVALID_SPEC;
      case DUPLICATE_ID -> Reason.DUPLICATE_ID;
    };
  }
}
