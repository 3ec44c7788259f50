package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.fleet.Labels;

/**
 * What a Kubernetes node looks like while its machine is off: declared by its owner or remembered.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeTemplate(
    @JsonPropertyDescription(
            "Labels of the Kubernetes node, such as disk: nvme; put back when they are missing or"
                + " differ.")
        @Size(max = 1024)
        @ValidationRule(value = Rules.LABELS, message = Labels.KEY_HELP)
        @ValidationRule(value = Rules.LABEL_VALUES, message = Labels.VALUE_HELP)
        Map<String, @Size(max = 63) String> labels,
    @JsonPropertyDescription(
            "Annotations of the Kubernetes node; put back when they are missing or differ. They are"
                + " declared only, never remembered.")
        @Size(max = 64)
        @ValidationRule(value = Rules.LABELS, message = Labels.KEY_HELP)
        @ValidationRule(value = Rules.UNRESERVED, message = Api.RESERVED_HELP)
        Map<String, @Size(max = 4096) String> annotations,
    @JsonPropertyDescription(
            "Taints that the Kubernetes node keeps after it has joined; put back when they are"
                + " missing or differ, but those with NoExecute are given only when it joins.")
        @Size(max = 256)
        List<Taint> taints,
    @JsonPropertyDescription(
            "Everything the machine has, such as cpu: \"4\", memory: 16Gi, pods: \"110\".")
        @Size(max = 256)
        Map<String, Quantity> capacity,
    @JsonPropertyDescription("What of it pods may use; all of the capacity when absent.")
        @Size(max = 256)
        Map<String, Quantity> allocatable,
    @JsonPropertyDescription(
            "Whether the Kubernetes node joins cordoned, as one does that a person had cordoned"
                + " before its machine was powered off.")
        Boolean unschedulable) {}
