package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Operation.Command;

/**
 * Plans the power-off of the machines that CA names, each once. One that is off or going already
 * counts as done; one that must stay on makes the whole order refused.
 */
final class DeleteNodes {
  private final Fleet fleet;
  private final GroupView group;
  private final Set<String> protectedNodes;

  DeleteNodes(Fleet fleet, GroupView group, Set<String> protectedNodes) {
    this.fleet = fleet;
    this.group = group;
    this.protectedNodes = protectedNodes;
  }

  List<PowerIntent> plan(List<ExternalGrpcNode> nodes) {
    Set<ObjectKey> seen = new HashSet<>();
    List<PowerIntent> intents = new ArrayList<>();
    int regular = 0;
    for (ExternalGrpcNode node : nodes) {
      Member member = member(node);
      if (!member.machine().desiredOn() || !seen.add(member.machine().key())) {
        continue;
      }
      Optional<FakeNode> fake = FakeNode.of(node);
      check(member, fake);
      regular += fake.isPresent() ? 0 : 1;
      intents.add(new PowerIntent(member.machine(), PowerState.OFF, why(fake), lost(member, fake)));
    }
    int left = group.target() - intents.size();
    if (regular > 0 && left < group.floor()) {
      throw new ProviderException.FailedPrecondition(
          "group %s has target size %d and minimum %d, deleting %d leaves too few"
              .formatted(group.id(), group.target(), group.floor(), intents.size()));
    }
    return intents;
  }

  private Member member(ExternalGrpcNode node) {
    if (node.getProviderID().isEmpty() && node.getName().isEmpty()) {
      throw new ProviderException.InvalidArgument("a node has neither provider id nor name");
    }
    Machine machine =
        Identity.machine(fleet, node)
            .orElseThrow(
                () ->
                    new ProviderException.NotFound(
                        "no machine has provider id \"%s\" or Kubernetes node name \"%s\""
                            .formatted(node.getProviderID(), node.getName())));
    return group
        .member(machine.key())
        .orElseThrow(
            () ->
                new ProviderException.FailedPrecondition(
                    machine.name() + " is no machine of group " + group.id()));
  }

  private void check(Member member, Optional<FakeNode> fake) {
    Machine machine = member.machine();
    if (member.standing() == Standing.UNAVAILABLE) {
      throw new ProviderException.FailedPrecondition(
          machine.name() + " is off limits: " + member.why());
    }
    if (protectedNodes.contains(machine.spec().kubernetesNodeName())) {
      throw new ProviderException.FailedPrecondition(
          machine.name() + " runs this program and stays on");
    }
    if (fake.isEmpty() && member.stay().isPresent()) {
      throw new ProviderException.FailedPrecondition(
          machine.name() + " stays on: " + member.stay().get().words());
    }
    if (fake.isPresent() && machine.nodeReady()) {
      throw new ProviderException.Unsafe(new Alert(machine, mismatch(machine, fake.get())));
    }
  }

  private static String mismatch(Machine machine, FakeNode fake) {
    return "the Cluster Autoscaler takes %s for %s, but its Kubernetes node is Ready with provider id %s; the power stays on"
        .formatted(machine.name(), fake.text(), machine.instanceId());
  }

  /** CA waits for a machine as long as its owner has it wait: one that has not come is broken. */
  private static Optional<Integer> lost(Member member, Optional<FakeNode> fake) {
    boolean neverCame =
        member.standing() == Standing.BOOTING
            && fake.filter(FakeNode.UNREGISTERED::equals).isPresent();
    return neverCame
        ? member.machine().status().operation().flatMap(Operation::command).map(Command::attempt)
        : Optional.empty();
  }

  private String why(Optional<FakeNode> fake) {
    return "the Cluster Autoscaler deleted it from group "
        + group.id()
        + fake.map(reason -> " as " + reason.text()).orElse("");
  }
}
