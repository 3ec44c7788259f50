package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;

/**
 * What a Kubernetes node looks like while its machine is off: declared by its owner or remembered.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeTemplate(
    @JsonPropertyDescription("Labels of the Kubernetes node.") @Size(max = 1024)
        Map<String, @Size(max = 63) String> labels,
    @JsonPropertyDescription("Taints that the Kubernetes node keeps after it has joined.")
        @Size(max = 256)
        List<Taint> taints,
    @JsonPropertyDescription(
            "Everything the machine has, such as cpu: \"4\", memory: 16Gi, pods: \"110\".")
        @Size(max = 256)
        Map<String, Quantity> capacity,
    @JsonPropertyDescription("What of it pods may use; all of the capacity when absent.")
        @Size(max = 256)
        Map<String, Quantity> allocatable) {}
