package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Updates conditions in place, as readers of the Kubernetes API expect. */
final class StatusConditions {
  /** Conditions of the Go implementation that say nothing any more. */
  private static final Set<String> OUTDATED =
      Set.of("StartupProgressing", "ShutdownProgressing", "Shutdown", "JobFailed", "ForceCleanup");

  private final long generation;
  private final String now;
  private final LinkedHashMap<String, Condition> byType = new LinkedHashMap<>();

  /**
   * The conditions stored now.
   *
   * @param generation of the spec that the new ones are about
   */
  StatusConditions(List<Condition> stored, long generation, Instant now) {
    this.generation = generation;
    this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    Meta.orEmpty(stored).stream()
        .filter(condition -> !OUTDATED.contains(condition.getType()))
        .forEach(condition -> byType.put(condition.getType(), condition));
  }

  /** Sets one; its transition time moves only if its status does. */
  StatusConditions set(String type, boolean holds, String reason, String message) {
    String status = holds ? "True" : "False";
    Condition before = byType.get(type);
    boolean same = before != null && status.equals(before.getStatus());
    byType.put(
        type,
        new ConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withMessage(message)
            .withObservedGeneration(generation)
            .withLastTransitionTime(same ? before.getLastTransitionTime() : now)
            .build());
    return this;
  }

  /** Takes one away that says something only while it is there. */
  StatusConditions without(String type) {
    byType.remove(type);
    return this;
  }

  List<Condition> list() {
    return new ArrayList<>(byType.values());
  }
}
