package org.homelab.autoscaler.flows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Progress;
import org.homelab.autoscaler.power.Decision;
import org.homelab.autoscaler.power.ExtensionPoint;
import org.homelab.autoscaler.power.Step;

/** Writes what flows of users are told. */
public final class Messages {
  private static final String OF_KUBECTL = "kubectl.kubernetes.io/";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  private final Function<ObjectKey, Map<String, String>> annotations;

  /**
   * A writer.
   *
   * @param annotations those of the machine's Node; empty if it is gone
   */
  public Messages(Function<ObjectKey, Map<String, String>> annotations) {
    this.annotations = annotations;
  }

  /** What is told of a step. */
  public FlowMessage of(ExtensionPoint point, Step step) {
    var cause = new FlowMessage.Cause(step.reason().code(), step.reason().sentence(), detail(step));
    return message(point, step.machine(), step.after(), step.now(), cause);
  }

  /** What is told of a machine that is about to be looked at. */
  public FlowMessage of(ExtensionPoint point, Machine machine, Instant now) {
    return message(point, machine, machine.status(), now, null);
  }

  private FlowMessage message(
      ExtensionPoint point,
      Machine machine,
      MachineStatus after,
      Instant now,
      FlowMessage.Cause cause) {
    return new FlowMessage(
        FlowMessage.VERSION,
        point.route(),
        now.truncatedTo(ChronoUnit.MILLIS).toString(),
        machine(machine, after.failure().map(Failure::count).orElse(0)),
        cause);
  }

  private FlowMessage.Machine machine(Machine machine, int failures) {
    Progress progress = machine.status().progress();
    Map<String, String> marks = new TreeMap<>(annotations.apply(machine.key()));
    marks.keySet().removeIf(name -> name.startsWith(OF_KUBECTL));
    return new FlowMessage.Machine(
        machine.name(),
        machine.key().namespace(),
        machine.group().map(ObjectKey::name).orElse(""),
        machine.spec().kubernetesNodeName(),
        machine.desiredOn() ? "on" : "off",
        progress == Progress.NEW ? "" : progress.text(),
        machine.recipe(),
        machine.status().attempts(),
        failures,
        machine.declared().labels(),
        marks);
  }

  private static String detail(Step step) {
    if (step.decision() instanceof Decision.FailStartup fail) {
      return fail.how();
    }
    return step.decision() instanceof Decision.FailShutdown fail ? fail.how() : "";
  }

  /** The message as JSON. */
  public static String json(FlowMessage message) {
    try {
      return JSON.writeValueAsString(message);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
