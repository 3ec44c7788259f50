package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.homelab.autoscaler.fleet.Durations;

/**
 * When a machine is checked and how, beside the Ready condition of its Kubernetes node, which is
 * always looked at. What a Node leaves out its Group says.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record HealthCheck(
    @JsonPropertyDescription(
            "When the machine is checked: cron with 5 fields (minute first), 6 (second first) or 7"
                + " (with the year), such as 0/30 * * * * ?; homelab.health-check.schedule when"
                + " absent.")
        @Size(max = 120)
        @ValidationRule(value = Rules.CRON, message = Rules.CRON_HELP)
        String schedule,
    @JsonPropertyDescription("Time zone of the schedule, such as Europe/Berlin; UTC when absent.")
        @Size(max = 64)
        String timeZone,
    @JsonPropertyDescription(
            "What is asked whether the machine is on; with a probe, it counts as off only once the"
                + " probe says so too.")
        @Size(max = 8)
        List<Probe> probes,
    @JsonPropertyDescription(
            "How often in a row a probe must say off, or nothing certain, to be believed; 3 when"
                + " absent.")
        @Min(1)
        @Max(100)
        Integer failureThreshold,
    @JsonPropertyDescription(
            "How often in a row a probe must say on to be believed; 1 when absent.")
        @Min(1)
        @Max(100)
        Integer successThreshold,
    @JsonPropertyDescription("Longest time for one probe, such as 5s; 2s when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String timeout) {

  /** One way to find out; exactly one field is written. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(value = Rules.ONE_PROBE, message = Rules.ONE_PROBE_HELP)
  public record Probe(
      @JsonPropertyDescription(
              "A connection: accepted or refused is on, no answer or no route to it is off.")
          Tcp tcp,
      @JsonPropertyDescription(
              "A page: the expected status is on, no answer or no route to it is off.")
          Http http,
      @JsonPropertyDescription("Whether an address answers: yes is on, no is off.") Ping ping,
      @JsonPropertyDescription("A route of yours that says on, off or unknown.") Route route) {}

  /** A TCP probe. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Tcp(
      @JsonPropertyDescription(
              "Name or address; {node} is the name of the Kubernetes node, {machine} that of the"
                  + " Node; {node} when absent.")
          @Size(max = Rules.NAME_LENGTH)
          @ValidationRule(value = Rules.NO_SPACES, message = Rules.HOST_HELP)
          String host,
      @JsonPropertyDescription("Port, such as 22.") @Required @Min(1) @Max(65535) Integer port) {}

  /** An HTTP or HTTPS probe. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Http(
      @JsonPropertyDescription(
              "Address of the page, such as https://{node}:9090/healthz; {node} is the name of the"
                  + " Kubernetes node, {machine} that of the Node.")
          @Required
          @Size(max = 1024)
          @ValidationRule(value = Rules.URL, message = Rules.URL_HELP)
          String url,
      @JsonPropertyDescription(
              "Status that means on, such as 200; any from 200 to 399 when absent. Any other answer"
                  + " says nothing certain.")
          @Min(100)
          @Max(599)
          Integer expectedStatus,
      @JsonPropertyDescription("Whether any certificate will do.") Boolean insecureSkipVerify,
      @JsonPropertyDescription(
              "Secret in the namespace of the Node whose ca.crt signs the certificate of the page.")
          @Size(max = Rules.NAME_LENGTH)
          @ValidationRule(value = Rules.NAME, message = Rules.NAME_HELP)
          String caSecret) {}

  /** A probe of reachability. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Ping(
      @JsonPropertyDescription(
              "Name or address; {node} is the name of the Kubernetes node, {machine} that of the"
                  + " Node; {node} when absent.")
          @Size(max = Rules.NAME_LENGTH)
          @ValidationRule(value = Rules.NO_SPACES, message = Rules.HOST_HELP)
          String host) {}

  /** A probe by a route. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Route(
      @JsonPropertyDescription(
              "Name of the route: it begins with direct: and this name, is sent the machine's"
                  + " namespace/name, and leaves on, off or unknown as its body.")
          @Required
          @Size(max = 63)
          @ValidationRule(value = Rules.ROUTE, message = Rules.ROUTE_HELP)
          String id) {}
}
