package org.homelab.autoscaler.fleet;

import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.api.PowerState;

/**
 * A machine owner's wishes, read and checked.
 *
 * @param providerId provider id that the Kubernetes node joins with, if it sets one
 * @param taintsToRemove keys of taints that the template leaves out
 * @param template what the Kubernetes node will look like, if declared
 */
public record MachineSpec(
    PowerState desired,
    String kubernetesNodeName,
    Optional<String> providerId,
    PowerTimeouts timeouts,
    Optional<Price> price,
    Set<String> taintsToRemove,
    Optional<Template> template) {
  public MachineSpec {
    taintsToRemove = Set.copyOf(taintsToRemove);
  }
}
