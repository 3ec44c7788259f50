package org.homelab.autoscaler.power;

/**
 * Why something is so or is done: the one list that conditions, events, logs, CA's error codes and
 * the docs read from. The name in UpperCamelCase is the reason of a condition.
 */
public enum Reason {
  READY("NodeReady", "The machine is on and its Kubernetes node is Ready."),
  NODE_NOT_READY(
      "NodeNotReady",
      "The machine is meant to be on, but its Kubernetes node is not Ready; power is left alone."),
  NODE_GONE(
      "NodeGone",
      "The machine is meant to be on, but its Kubernetes node is gone; power is left alone. If the"
          + " machine runs, restart its kubelet: it registers only when it starts."),
  OFF("PoweredOff", "The machine is off."),
  NEVER_JOINED("NeverJoined", "The machine has no Kubernetes node and counts as off."),
  SETTLING(
      "Settling",
      "The Kubernetes node is not Ready, but not for long enough to conclude anything."),
  DESIRED_ON("PowerOnWanted", "powerState is on, and the machine is off."),
  RETRY("Retry", "The last power-on failed, and its back-off is over."),
  RESUMED("Resumed", "A command claimed before a restart had not been given yet."),
  POWERING_ON("PoweringOn", "The power-on command is being carried out."),
  BOOTING("Booting", "The power-on command was given; the Kubernetes node is awaited."),
  JOINED("Joined", "The Kubernetes node has come and is being made ours."),
  DESIRED_OFF("PowerOffWanted", "powerState is off, and the machine is on."),
  CLEAN_UP("CleanUp", "The power-on failed, so the machine is switched off for certain."),
  DRAINING("Draining", "Pods are being evicted before power goes."),
  DRAINED("Drained", "No pod is left that would have to go."),
  DRAIN_FORCED(
      "DrainForced",
      "The drain was not over in time, and its policy says power goes all the same."),
  PODS_CAME(
      "PodsCame", "Pods came to the machine after the power-off was ordered; its Job is stopped."),
  POWERING_OFF(
      "PoweringOff", "The power-off command was given; the Kubernetes node must go NotReady."),
  CONFIRMED_OFF(
      "ConfirmedOff", "The power-off was given, and the Kubernetes node is NotReady or gone."),
  STALE_NODE("StaleNode", "A machine that is off had left a Kubernetes node behind."),
  CANCELLED("Cancelled", "powerState changed before the command was given or had its effect."),
  SWITCHED_ON("SwitchedOn", "The machine came up without being asked to and is taken in as it is."),
  AT_MAXIMUM(
      "AtMaximum",
      "The machine came up by itself, but its group has all the machines it may have."),
  ORDER_PENDING(
      "OrderPending", "An order for the machine is being written and may yet be taken back."),
  JOB_RUNNING("JobRunning", "A power Job of the machine is not over yet."),
  BACK_OFF("BackOff", "The last operation failed; the next try waits."),
  JOB_FAILED("JobFailed", "The Job of the power operation failed."),
  JOB_LOST("JobLost", "The Job of the power operation has gone without a result."),
  BOOT_TIMEOUT("BootTimeout", "The Kubernetes node did not become Ready in time."),
  SHUTDOWN_TIMEOUT("ShutdownTimeout", "The Kubernetes node stayed Ready after the power-off."),
  DRAIN_TIMEOUT("DrainTimeout", "Pods were left when the drain's time was over."),
  INTERRUPTED("Interrupted", "An operation was under way that nobody knows the start of."),
  QUARANTINED(
      "Quarantined",
      "Operations failed too often in a row; annotate homelab-autoscaler.dev/release to try"
          + " again."),
  RELEASED("Released", "A person has let the machine go again; it may be tried anew."),
  QUARANTINE_PROBE(
      "QuarantineProbe",
      "Long after the last failure a quarantined machine gets one more try"
          + " (homelab.quarantine.probe)."),
  WAITING_FOR_TURN(
      "WaitingForTurn",
      "The power-on waits for others of the group, as spec.powerUps of the Group has it."),
  CIRCUIT_BUSY(
      "CircuitBusy",
      "The power-on waits for others on the same circuit (spec.circuit, homelab.circuit.*)."),
  MAINTENANCE(
      "Maintenance",
      "Annotation homelab-autoscaler.dev/maintenance is in force: nothing is powered on, and the"
          + " Cluster Autoscaler does not know the machine."),
  KEEP_ON(
      "KeepOn",
      "Annotation homelab-autoscaler.dev/keep-on is in force: the Cluster Autoscaler may not give"
          + " the machine up."),
  FORCED_ON(
      "ForcedOn",
      "Annotation homelab-autoscaler.dev/force-all-on of the Group is in force: every usable member"
          + " is wanted on and may not be given up."),
  FLOW_ASKED("FlowAsked", "A flow of yours is being asked whether the step may be taken."),
  FLOW_WAITS("FlowWaits", "A flow of yours does not let the step be taken yet."),
  FLOW_FAILED(
      "FlowFailed",
      "A flow of yours that is asked before the step has failed; the step is not taken, and the"
          + " flow is asked again."),
  MIN_ON_TIME("MinOnTime", "The machine has not been on for the Group's minOnTime yet."),
  MIN_OFF_TIME("MinOffTime", "The machine has not been off for the Group's minOffTime yet."),
  COOL_DOWN("CoolDown", "The group rests after its last power-on, for its coolDown."),
  NOT_KEPT("NotKept", "Nothing keeps the Cluster Autoscaler from giving the machine up."),
  DRY_RUN("DryRun", "Decisions are only told; nothing is touched."),
  IN_CHARGE("InCharge", "From now on the Node is deleted only after the machine has been let go."),
  HELD("Held", "Annotation homelab-autoscaler.dev/hold is in force."),
  OWN_NODE("OwnNode", "The operator itself runs on this machine."),
  CONTROL_PLANE("ControlPlane", "The Kubernetes node is a control-plane node."),
  NO_GROUP("NoGroup", "The machine belongs to no Group."),
  AMBIGUOUS_GROUP("AmbiguousGroup", "Several Groups select the machine."),
  DUPLICATE("DuplicateMachine", "Another Node has the same kubernetesNodeName."),
  ANOTHERS_NODE("AnothersNode", "The Kubernetes node is that of another machine."),
  DUPLICATE_ID("DuplicateProviderID", "Another machine has the same provider id."),
  INVALID_SPEC("InvalidSpec", "The Node has a field that cannot be read."),
  RECIPE_FAILED("RecipeFailed", "The device did not take the power command."),
  UNCONFIRMED(
      "Unconfirmed",
      "A power command was claimed before a restart, and nobody knows whether the device got it; it"
          + " is not given again."),
  FALLING_BACK(
      "FallingBack", "The command did not work in time; the next recipe of the fallback is used."),
  NO_FAILURE("NoFailure", "The last operation succeeded, or there was none."),
  NOT_HELD("NotHeld", "Nobody holds the machine."),
  DELETED("Deleted", "The Node is being deleted; power is left alone, and our marks go."),
  PROBE_SAYS_ON(
      "ProbeSaysOn",
      "A probe says that the machine is on although its Kubernetes node is not Ready or gone."),
  PROBE_SAYS_NOTHING(
      "ProbeUnclear",
      "The probes cannot tell for certain whether the machine is off, so it does not count as"
          + " off."),
  POWER_UNKNOWN(
      "PowerUnknown", "The machine is meant to be off, and nothing tells for certain that it is."),
  POWER_DRIFT("PowerDrift", "Probes see the machine's power other than powerState wants it."),
  NO_DRIFT("NoDrift", "Nothing is seen that contradicts powerState."),
  HEALTH_CHECK_INVALID(
      "InvalidHealthCheck",
      "Part of healthCheck cannot be read; what was checked before goes on being checked."),
  HEALTH_CHECK_READ("HealthCheckRead", "Every field of healthCheck can be read.");

  private final String code;
  private final String sentence;

  Reason(String code, String sentence) {
    this.code = code;
    this.sentence = sentence;
  }

  /** The reason of a condition or event. */
  public String code() {
    return code;
  }

  /** What it means, in one sentence. */
  public String sentence() {
    return sentence;
  }
}
