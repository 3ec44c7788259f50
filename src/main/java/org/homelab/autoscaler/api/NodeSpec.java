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
@ValidationRule(
    value =
        "!has(self.power) || (!has(self.startupPodSpec) && !has(self.shutdownPodSpec)) ||"
            + " (!has(self.power.recipe) && !has(self.power.parameters)"
            + " && !has(self.power.secretRef) && !has(self.power.fallback))",
    message = "write either a recipe or the two pod specs, not both",
    fieldPath = ".power")
@ValidationRule(
    value = "!has(self.startupPodSpec) || has(self.shutdownPodSpec)",
    message = "write shutdownPodSpec beside startupPodSpec, or power instead of both",
    fieldPath = ".shutdownPodSpec")
@ValidationRule(
    value = "!has(self.shutdownPodSpec) || has(self.startupPodSpec)",
    message = "write startupPodSpec beside shutdownPodSpec, or power instead of both",
    fieldPath = ".startupPodSpec")
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
    @JsonPropertyDescription(
            "Pod that powers the machine on, run by a Job; absent where power says how.")
        PowerPodSpec startupPodSpec,
    @JsonPropertyDescription(
            "Pod that powers the machine off, run by a Job after the drain; absent where power says"
                + " how.")
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
            "What the Kubernetes node looks like: labels, annotations and taints that it is given"
                + " and kept with, and its resources while the machine has never joined.")
        NodeTemplate template,
    @JsonPropertyDescription(
            "When and how the machine is checked; what is left out the group says.")
        HealthCheck healthCheck,
    @JsonPropertyDescription(
            "Name of the electrical circuit that feeds the machine, such as garage; machines that"
                + " name the same one, of whatever group, are powered on as it allows"
                + " (homelab.circuit.*).")
        @Size(max = 63)
        @ValidationRule(value = Rules.VOLUME_NAME, message = Rules.CIRCUIT_HELP)
        String circuit,
    @JsonPropertyDescription(
            "Recipe that switches the machine, instead of the two pod specs; the group's holds when"
                + " none of the three is there.")
        Power power) {

  /** A machine that is switched by pods. */
  public NodeSpec(
      PowerState powerState,
      String kubernetesNodeName,
      String providerID,
      PowerPodSpec startupPodSpec,
      PowerPodSpec shutdownPodSpec,
      Pricing pricing,
      List<Taint> taintsToRemove,
      Timeouts timeouts,
      NodeTemplate template,
      HealthCheck healthCheck,
      String circuit) {
    this(
        powerState,
        kubernetesNodeName,
        providerID,
        startupPodSpec,
        shutdownPodSpec,
        pricing,
        taintsToRemove,
        timeouts,
        template,
        healthCheck,
        circuit,
        null);
  }

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
