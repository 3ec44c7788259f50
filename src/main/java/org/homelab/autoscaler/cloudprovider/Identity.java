package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;

/**
 * Finds the machine that CA means: by provider id, which for a machine that has not joined is our
 * instance id, else by the name of its Kubernetes node.
 */
final class Identity {
  private Identity() {}

  /** The machine, if it is one of ours. A name alone never outweighs a provider id that we know. */
  static Optional<Machine> machine(Fleet fleet, ExternalGrpcNode node) {
    String id = node.getProviderID();
    Optional<Machine> byId = id.isEmpty() ? Optional.empty() : fleet.machineByInstanceId(id);
    return byId.or(
        () -> fleet.machineByNodeName(node.getName()).filter(named -> couldBe(named, id)));
  }

  private static boolean couldBe(Machine named, String id) {
    Optional<String> known = named.node().flatMap(KubernetesNode::providerId);
    return id.isEmpty() || known.isEmpty() || known.get().equals(id);
  }
}
