package org.homelab.autoscaler.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.InstanceIds;
import org.homelab.autoscaler.fleet.Thresholds;

/**
 * The wishes of a group's owner.
 *
 * <p>Durations and thresholds are text, as in the Go implementation; {@code fleet.Durations} and
 * {@code fleet.Thresholds} read them. The seven options from {@code scaleDownUtilizationThreshold}
 * on are optional, and an absent one means that the Cluster Autoscaler's own flag holds.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.minSize) || !has(self.maxSize) || self.minSize <= self.maxSize",
    message = "write a number that is not above maxSize",
    fieldPath = ".minSize")
public record GroupSpec(
    @JsonPropertyDescription("Fewest machines that the Cluster Autoscaler may leave on.")
        @Default("0")
        @Min(0)
        Integer minSize,
    @JsonPropertyDescription("Most machines that may be on; all members when absent.") @Min(0)
        Integer maxSize,
    @JsonPropertyDescription(
            "Nodes with all of these labels are members too, beside those labelled group=NAME.")
        @Size(max = 32)
        @ValidationRule(
            value = "self.size() > 0",
            message = "write at least one label, or leave nodeSelector out")
        Map<String, @Size(max = 63) String> nodeSelector,
    @JsonPropertyDescription(
            "Deadlines for the power operations of members that have none of their own.")
        Timeouts timeouts,
    @JsonPropertyDescription(
            "What happens when a drain is not over in time: fail gives the power-off up, force goes"
                + " on with it.")
        @Default("fail")
        String drainPolicy,
    @JsonPropertyDescription(
            "A machine is a candidate for power-off when its pods request less than this share of"
                + " its CPU and memory, such as 0.5, 50 or 50%; the Cluster Autoscaler's flag holds"
                + " when absent.")
        @Size(max = Thresholds.MAX_LENGTH)
        @ValidationRule(value = Rules.THRESHOLD, message = Rules.THRESHOLD_HELP)
        String scaleDownUtilizationThreshold,
    @JsonPropertyDescription(
            "A machine with GPUs is a candidate for power-off when its pods request less than this"
                + " share of them, such as 0.5, 50 or 50%; the Cluster Autoscaler's flag holds when"
                + " absent.")
        @Size(max = Thresholds.MAX_LENGTH)
        @ValidationRule(value = Rules.THRESHOLD, message = Rules.THRESHOLD_HELP)
        String scaleDownGpuUtilizationThreshold,
    @JsonPropertyDescription(
            "How long a machine must be unneeded before it is powered off, such as 10m; the Cluster"
                + " Autoscaler's flag holds when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String scaleDownUnneededTime,
    @JsonPropertyDescription(
            "How long a machine that is on but not Ready is left alone before it is powered off,"
                + " such as 20m; the Cluster Autoscaler's flag holds when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String scaleDownUnreadyTime,
    @JsonPropertyDescription(
            "How long the Cluster Autoscaler waits for a machine to join before it gives up on it,"
                + " such as 15m; the Cluster Autoscaler's flag holds when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String maxNodeProvisionTime,
    @JsonPropertyDescription(
            "Whether the group is scaled as a whole only, from none to all of its machines and"
                + " back.")
        Boolean zeroOrMaxNodeScaling,
    @JsonPropertyDescription(
            "Whether pods of DaemonSets do not count when the use of a machine is measured; the"
                + " Cluster Autoscaler's flag holds when absent.")
        Boolean ignoreDaemonSetsUtilization,
    @JsonPropertyDescription(
            "When and how members are checked, for all that they do not say themselves.")
        HealthCheck healthCheck,
    @JsonPropertyDescription(
            "How long a machine stays on at least once it is Ready, such as 30m, whatever the"
                + " Cluster Autoscaler wants; no such time when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String minOnTime,
    @JsonPropertyDescription(
            "How long a machine stays off at least once it is off, such as 2m, whatever the Cluster"
                + " Autoscaler wants; no such time when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String minOffTime,
    @JsonPropertyDescription(
            "How long after the last power-on in the group the Cluster Autoscaler may give none of"
                + " its machines up, such as 15m; no such time when absent.")
        @Size(max = Durations.MAX_LENGTH)
        @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
        String coolDown,
    @JsonPropertyDescription("How many machines of the group may be powered on together.")
        PowerUps powerUps,
    @JsonPropertyDescription(
            "Whether every decision about the group and its machines is only told, in conditions,"
                + " Events and the log, and nothing is touched.")
        Boolean dryRun,
    @JsonPropertyDescription(
            "Recipe that switches members which have no pod specs, with the parameters that they"
                + " share.")
        Power power,
    @JsonPropertyDescription("Which pods a drain may evict.") Drain drain,
    @JsonPropertyDescription(
            "What becomes of the Kubernetes node of a machine that is off: delete, the default,"
                + " deletes it; keep leaves it, with condition Suspended, and has risks that the"
                + " documentation names.")
        String kubernetesNodes,
    @JsonPropertyDescription(
            "Makes the provider id of each member that declares none, such as"
                + " k3s://{kubernetesNodeName}; {name}, {group} and {namespace} are replaced too.")
        @Size(max = 512)
        @ValidationRule(value = Rules.ID_TEMPLATE, message = InstanceIds.TEMPLATE_HELP)
        String providerIDTemplate,
    @JsonPropertyDescription(
            "What the Kubernetes nodes of all members look like, as far as their own templates do"
                + " not say.")
        NodeTemplate template) {

  /** Which pods a drain may evict. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Drain(
      @JsonPropertyDescription(
              "Pods with emptyDir volumes on disk: block, the default, keeps them and with them the"
                  + " power; delete evicts them, and what they stored is lost.")
          String localStorage,
      @JsonPropertyDescription(
              "Pods that no controller would bring back: block, the default, keeps them and with"
                  + " them the power; evict evicts them for good.")
          String unmanagedPods,
      @JsonPropertyDescription(
              "Pods of DaemonSets: keep, the default, leaves them to die with the Kubernetes node;"
                  + " evict asks them to go once all others have gone. Nobody waits for them.")
          String daemonSetPods) {
    /** No wishes at all. */
    public static final Drain EMPTY = new Drain(null, null, null);
  }

  /** Wishes of an owner who leaves it to the members how they are switched. */
  public GroupSpec(
      Integer minSize,
      Integer maxSize,
      Map<String, String> nodeSelector,
      Timeouts timeouts,
      String drainPolicy,
      String scaleDownUtilizationThreshold,
      String scaleDownGpuUtilizationThreshold,
      String scaleDownUnneededTime,
      String scaleDownUnreadyTime,
      String maxNodeProvisionTime,
      Boolean zeroOrMaxNodeScaling,
      Boolean ignoreDaemonSetsUtilization,
      HealthCheck healthCheck,
      String minOnTime,
      String minOffTime,
      String coolDown,
      PowerUps powerUps,
      Boolean dryRun) {
    this(
        minSize,
        maxSize,
        nodeSelector,
        timeouts,
        drainPolicy,
        scaleDownUtilizationThreshold,
        scaleDownGpuUtilizationThreshold,
        scaleDownUnneededTime,
        scaleDownUnreadyTime,
        maxNodeProvisionTime,
        zeroOrMaxNodeScaling,
        ignoreDaemonSetsUtilization,
        healthCheck,
        minOnTime,
        minOffTime,
        coolDown,
        powerUps,
        dryRun,
        null,
        null,
        null,
        null,
        null);
  }

  /** How many machines may be powered on together. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PowerUps(
      @JsonPropertyDescription(
              "Most machines that are on their way up at the same time, from the command until the"
                  + " Kubernetes node is Ready or the power-on has failed; any number when absent.")
          @Min(1)
          Integer atOnce,
      @JsonPropertyDescription(
              "Least time between two power-on commands, such as 5s, so that inrush currents do not"
                  + " add up; homelab.power-ups.spacing when absent.")
          @Size(max = Durations.MAX_LENGTH)
          @ValidationRule(value = Rules.DURATION, message = Rules.DURATION_HELP)
          String spacing) {}

  /** No wishes at all. */
  public static final GroupSpec EMPTY =
      new GroupSpec(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null, null, null, null);
}
