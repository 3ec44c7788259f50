package org.homelab.autoscaler.page;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.fleet.ObjectKey;

/**
 * Hold, release, wake and sleep: the same edits of a Node that a person makes with kubectl. Nothing
 * here touches power; the operator does what the Node then says, under all its rules.
 */
final class MachineDeeds {
  /** What is offered. */
  static final List<String> NAMES = List.of("hold", "release", "wake", "sleep");

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final int LONGEST_TEXT = 200;

  private final KubernetesClient client;
  private final Clock clock;

  MachineDeeds(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * The machine that a request names.
   *
   * @throws Deeds.Refused if it names none
   */
  static ObjectKey machine(Deeds.Request request) {
    String[] parts = request.argument("machine").split("/", -1);
    if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
      throw new Deeds.Refused(400, "machine must be the namespace and name of a Node: lab/atlas");
    }
    return new ObjectKey(parts[0], parts[1]);
  }

  /**
   * Edits the Node.
   *
   * @param who who does it, for those who look later
   */
  String act(Deeds.Request request, String who) {
    ObjectKey machine = machine(request);
    return switch (request.deed()) {
      case "hold" -> {
        String text = shortened(request.argument("text"));
        annotate(machine, Map.of(Api.HOLD_ANNOTATION, text.isEmpty() ? "held on the page" : text));
        yield machine.name() + " is held: nobody touches it until it is released";
      }
      case "release" -> {
        var annotations = new HashMap<String, String>();
        annotations.put(Api.HOLD_ANNOTATION, null);
        annotations.put(Api.RELEASE_ANNOTATION, clock.instant().toString());
        annotate(machine, annotations);
        yield machine.name() + " is released";
      }
      case "wake" -> desire(machine, "on", who);
      case "sleep" -> desire(machine, "off", who);
      default ->
          throw new Deeds.Refused(404, "there is no " + request.deed() + ": write one of " + NAMES);
    };
  }

  private String desire(ObjectKey machine, String power, String who) {
    patch(
        machine,
        Map.of(
            "metadata",
            Map.of("annotations", Map.of(Api.REQUESTED_BY_ANNOTATION, who + " on the page")),
            "spec",
            Map.of("powerState", power)));
    return machine.name() + " is to be " + power;
  }

  private void annotate(ObjectKey machine, Map<String, String> annotations) {
    patch(machine, Map.of("metadata", Map.of("annotations", annotations)));
  }

  private void patch(ObjectKey machine, Map<String, Object> change) {
    try {
      client
          .resources(Node.class)
          .inNamespace(machine.namespace())
          .withName(machine.name())
          .patch(MERGE, client.getKubernetesSerialization().asJson(change));
    } catch (KubernetesClientException refused) {
      throw new Deeds.Refused(
          refused.getCode() == 404 ? 404 : 409,
          "the Kubernetes API refused: "
              + (refused.getStatus() == null ? "no answer" : refused.getStatus().getMessage()));
    }
  }

  private static String shortened(String text) {
    String oneLine = text.strip().replaceAll("\\s+", " ");
    return oneLine.length() > LONGEST_TEXT ? oneLine.substring(0, LONGEST_TEXT) : oneLine;
  }
}
