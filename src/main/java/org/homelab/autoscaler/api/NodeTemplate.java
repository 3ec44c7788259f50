package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
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
    Map<String, String> labels,
    List<Taint> taints,
    Map<String, Quantity> capacity,
    Map<String, Quantity> allocatable) {}
