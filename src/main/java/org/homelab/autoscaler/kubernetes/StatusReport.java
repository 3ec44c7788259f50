package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.ConditionValue;
import org.homelab.autoscaler.power.Conditions;
import org.homelab.autoscaler.power.Step;

/** The status of a Node resource once a step has been taken: what is persisted and what is told. */
final class StatusReport {
  private StatusReport() {}

  static NodeStatus of(Step step, Node node) {
    NodeStatus stored = node.getStatus();
    MachineStatus after = step.after();
    return new NodeStatus(
        after.power().text(),
        after.progress().text(),
        health(step),
        step.machine().group().map(ObjectKey::name).orElse(null),
        step.reason().code(),
        after.lastStartup().map(Meta::text).orElse(null),
        after.lastShutdown().map(Meta::text).orElse(null),
        after.attempts(),
        after.operation().map(NodeStatuses::write).orElse(null),
        after.failure().map(NodeStatuses::write).orElse(null),
        after.providerId().orElse(null),
        after.template().map(NodeStatuses::write).orElse(null),
        step.machine().declared().generation(),
        conditions(step, stored),
        History.after(step, node),
        after.lastPowerOn().map(Meta::text).orElse(null),
        after.forced().orElse(null));
  }

  /** The same status with that operation under way. */
  static NodeStatus with(NodeStatus stored, Operation operation) {
    return new NodeStatus(
        stored.powerState(),
        stored.progress(),
        stored.health(),
        stored.group(),
        stored.reason(),
        stored.lastStartupTime(),
        stored.lastShutdownTime(),
        stored.attempts(),
        NodeStatuses.write(operation),
        stored.failure(),
        stored.providerID(),
        stored.template(),
        stored.observedGeneration(),
        stored.conditions(),
        stored.history(),
        stored.lastPowerOnTime(),
        stored.forcedOn());
  }

  private static List<Condition> conditions(Step step, NodeStatus stored) {
    var conditions =
        new StatusConditions(
            stored == null ? List.of() : stored.conditions(),
            step.machine().declared().generation(),
            step.now());
    if (!step.policy().dryRun()) {
      conditions.without(Conditions.DRY_RUN);
    }
    for (ConditionValue value : Conditions.of(step)) {
      conditions.set(value.type(), value.status(), value.reason().code(), value.message());
    }
    return conditions.list();
  }

  private static String health(Step step) {
    if (step.after().progress() == Progress.READY && step.machine().nodeReady()) {
      return "healthy";
    }
    return step.after().power() == ObservedPower.OFF ? "offline" : "unknown";
  }
}
