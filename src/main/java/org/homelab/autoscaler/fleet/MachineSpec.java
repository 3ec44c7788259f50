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
 * @param healthCheck how it is checked; the group's where it says nothing
 * @param circuit name of the electrical circuit that it shares with others, if told
 * @param power how it is switched, as far as its own resource says
 */
public record MachineSpec(
    PowerState desired,
    String kubernetesNodeName,
    Optional<String> providerId,
    PowerTimeouts timeouts,
    Optional<Price> price,
    Set<String> taintsToRemove,
    Optional<Template> template,
    HealthCheck healthCheck,
    Optional<String> circuit,
    PowerWish power) {
  /** A machine that is switched by pods. */
  public MachineSpec(
      PowerState desired,
      String kubernetesNodeName,
      Optional<String> providerId,
      PowerTimeouts timeouts,
      Optional<Price> price,
      Set<String> taintsToRemove,
      Optional<Template> template,
      HealthCheck healthCheck,
      Optional<String> circuit) {
    this(
        desired,
        kubernetesNodeName,
        providerId,
        timeouts,
        price,
        taintsToRemove,
        template,
        healthCheck,
        circuit,
        PowerWish.PODS);
  }

  public MachineSpec {
    taintsToRemove = Set.copyOf(taintsToRemove);
  }

  /** The wishes of an owner who says nothing of health checks and circuits. */
  public MachineSpec(
      PowerState desired,
      String kubernetesNodeName,
      Optional<String> providerId,
      PowerTimeouts timeouts,
      Optional<Price> price,
      Set<String> taintsToRemove,
      Optional<Template> template) {
    this(
        desired,
        kubernetesNodeName,
        providerId,
        timeouts,
        price,
        taintsToRemove,
        template,
        HealthCheck.NONE,
        Optional.empty());
  }
}
