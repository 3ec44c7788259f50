package org.homelab.autoscaler.power;

import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Progress;

/** What forbids any step at a machine, whatever its state. */
final class Guard {
  private Guard() {}

  static Optional<Decision> check(Machine machine, PowerPolicy policy, Instant now) {
    if (machine.declared().deleting()) {
      return refuse(Reason.DELETED, "");
    }
    if (machine.problem().isPresent()) {
      Machine.Problem problem = machine.problem().get();
      return refuse(reason(problem.code()), problem.message());
    }
    return switchingOff(machine) ? protection(machine, policy) : Optional.empty();
  }

  private static boolean switchingOff(Machine machine) {
    return !machine.desiredOn()
        && machine.status().progress() != Progress.NEW
        && machine.node().isPresent();
  }

  private static Optional<Decision> protection(Machine machine, PowerPolicy policy) {
    KubernetesNode node = machine.node().orElseThrow();
    if (policy.protectedNodes().contains(node.name())) {
      return refuse(
          Reason.OWN_NODE, "move the operator to another Kubernetes node or set powerState on");
    }
    if (node.controlPlane()) {
      return refuse(
          Reason.CONTROL_PLANE, "set powerState on; control-plane nodes are never powered off");
    }
    return Optional.empty();
  }

  private static Optional<Decision> refuse(Reason reason, String how) {
    return Optional.of(new Decision.Refuse(reason, how, Optional.empty()));
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
