package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.homelab.autoscaler.fleet.Durations;

/**
 * Deadlines of power operations, as Go durations such as {@code 7m30s}.
 *
 * <p>A Group's shutdown and drain are {@code 5m} unless it says otherwise; a Node's are absent, so
 * that its Group's hold.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Timeouts(
    @JsonPropertyDescription(
            "Longest time from power-on until the Kubernetes node is Ready, such as 10m; when"
                + " absent, half of the group's maxNodeProvisionTime, or 7m30s without one.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String startup,
    @JsonPropertyDescription(
            "Longest time from power-off until the machine is known to be off, such as 5m.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String shutdown,
    @JsonPropertyDescription("Longest time from cordon until the last pod is gone, such as 5m.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String drain) {}
