package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.power.JobNames;
import org.homelab.autoscaler.power.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a machine's transitions as events on its Node and its Kubernetes node. An event is named
 * after the look that led to it, so telling it twice leaves one. What cannot be told is logged and
 * keeps nobody from working.
 */
public final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_NOTE = 1000;

  private final KubernetesClient client;
  private final String instance;

  /**
   * A teller of events.
   *
   * @param instance which of several replicas this is, such as the pod's name
   */
  public Events(KubernetesClient client, String instance) {
    this.client = client;
    this.instance = instance;
  }

  /** Tells that the step was taken. */
  public void tell(Step step, boolean warning, String note) {
    Machine machine = step.machine();
    create(event(step, warning, note, machine(machine)), machine.key().namespace());
    machine
        .node()
        .ifPresent(node -> create(event(step, warning, note, kubernetesNode(node)), "default"));
  }

  private void create(Event event, String namespace) {
    try {
      client.events().v1().events().inNamespace(namespace).resource(event).create();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        LOG.warn(
            "event {} of {} was not told: {}",
            event.getReason(),
            event.getRegarding().getName(),
            refused.getMessage());
      }
    }
  }

  private Event event(Step step, boolean warning, String note, ObjectReference regarding) {
    return new EventBuilder()
        .withNewMetadata()
        .withName(name(step, regarding))
        .endMetadata()
        .withRegarding(regarding)
        .withType(warning ? "Warning" : "Normal")
        .withReason(step.reason().code())
        .withAction(step.route())
        .withNote(note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) : note)
        .withReportingController("homelab-autoscaler.dev/operator")
        .withReportingInstance(instance)
        .withEventTime(new MicroTime(micros(step.now())))
        .build();
  }

  private static String micros(Instant time) {
    return MICROS.format(time);
  }

  private static String name(Step step, ObjectReference regarding) {
    String look =
        step.machine().declared().uid()
            + "."
            + step.machine().declared().revision()
            + "."
            + step.reason().code();
    return JobNames.shorten(regarding.getName(), LONGEST_NAME)
        + "."
        + Integer.toUnsignedString(look.hashCode(), 16);
  }

  private static ObjectReference machine(Machine machine) {
    return new ObjectReferenceBuilder()
        .withApiVersion(Api.GROUP + "/" + Api.VERSION)
        .withKind("Node")
        .withNamespace(machine.key().namespace())
        .withName(machine.name())
        .withUid(machine.declared().uid())
        .build();
  }

  private static ObjectReference kubernetesNode(KubernetesNode node) {
    return new ObjectReferenceBuilder()
        .withApiVersion("v1")
        .withKind("Node")
        .withName(node.name())
        .withUid(node.uid())
        .build();
  }
}
