package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;

/** The one persisted intent of a machine, powerState, and how to carry it out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeSpec(
    @JsonPropertyDescription("Desired power: on or off. Write it in quotes: YAML reads on as true.")
        PowerState powerState,
    @JsonPropertyDescription("Name of the Kubernetes node that this machine joins as.")
        String kubernetesNodeName,
    @JsonPropertyDescription("Provider id that the Kubernetes node joins with, if it sets one.")
        String providerID,
    @JsonPropertyDescription("Pod that switches the machine on.") PowerPodSpec startupPodSpec,
    @JsonPropertyDescription("Pod that switches the machine off.") PowerPodSpec shutdownPodSpec,
    Pricing pricing,
    @JsonPropertyDescription("Taints that a freshly joined Kubernetes node loses on its own.")
        List<Taint> taintsToRemove,
    @JsonPropertyDescription("Deadlines of this machine; the group's hold where absent.")
        Timeouts timeouts,
    @JsonPropertyDescription(
            "What the Kubernetes node will look like, for a machine that never joined.")
        NodeTemplate template) {

  /** Prices in any currency, as decimal text. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Pricing(
      @JsonPropertyDescription("Price of the machine running for one hour.") String hourlyRate,
      @JsonPropertyDescription("Price of one pod for one hour.") String podRate) {}
}
