package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;

/** The one persisted intent of a machine, powerState, and how to carry it out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeSpec(
    @JsonPropertyDescription(
            "Desired power, \"on\" or \"off\", in quotes because YAML takes a bare on for true.")
        @Required
        PowerState powerState,
    @JsonPropertyDescription("Name of the Kubernetes node that this machine joins as.")
        @Required
        @Size(max = Rules.NAME_LENGTH)
        @ValidationRule(value = Rules.NAME, message = Rules.NAME_HELP)
        String kubernetesNodeName,
    @JsonPropertyDescription(
            "Provider id that the Kubernetes node joins with, such as k3s://rack-1; homelab:// and"
                + " the name of this Node when it joins without one.")
        @Size(max = 512)
        @ValidationRule(
            value = Rules.NO_SPACES,
            message =
                "write the spec.providerID of the Kubernetes node, such as k3s://rack-1, or leave"
                    + " the field out")
        String providerID,
    @JsonPropertyDescription("Pod that powers the machine on, run by a Job.") @Required
        PowerPodSpec startupPodSpec,
    @JsonPropertyDescription("Pod that powers the machine off, run by a Job after the drain.")
        @Required
        PowerPodSpec shutdownPodSpec,
    @JsonPropertyDescription(
            "What the machine costs, in any one currency, for the price expander of the Cluster"
                + " Autoscaler.")
        Pricing pricing,
    @JsonPropertyDescription(
            "Taints that the Kubernetes node carries only until it has joined, so that the Cluster"
                + " Autoscaler does not count on them.")
        @Size(max = 64)
        List<Taint> taintsToRemove,
    @JsonPropertyDescription(
            "Deadlines for the power operations of this machine; the group's hold where absent.")
        Timeouts timeouts,
    @JsonPropertyDescription(
            "What the Kubernetes node will look like, for a machine that has never joined.")
        NodeTemplate template) {

  /** Prices in any currency, as decimal text. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Pricing(
      @JsonPropertyDescription("Price of the machine running for one hour, such as \"0.25\".")
          @Required
          @Size(max = Rules.PRICE_LENGTH)
          @ValidationRule(value = Rules.PRICE, message = Rules.PRICE_HELP)
          String hourlyRate,
      @JsonPropertyDescription("Price of one pod running for one hour, such as \"0.01\".")
          @Required
          @Size(max = Rules.PRICE_LENGTH)
          @ValidationRule(value = Rules.PRICE, message = Rules.PRICE_HELP)
          String podRate) {}
}
