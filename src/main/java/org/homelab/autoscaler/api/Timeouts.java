package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Deadlines of power operations, as Go durations such as {@code 7m30s}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Timeouts(
    @JsonPropertyDescription(
            "From power-on until the Kubernetes node is Ready. Half of maxNodeProvisionTime, else 7m30s, when absent.")
        String startup,
    @JsonPropertyDescription("From power-off until the machine is known to be off.")
        String shutdown,
    @JsonPropertyDescription("From cordon until the last pod is gone.") String drain) {}
