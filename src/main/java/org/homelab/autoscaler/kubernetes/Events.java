package org.homelab.autoscaler.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.cloudprovider.Alert;
import org.homelab.autoscaler.fleet.Declared;
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
  private static final int LONGEST_NAME = 180;
  private static final int LONGEST_NOTE = 1000;

  private final KubernetesClient client;
  private final String instance;
  private final Clock clock;

  /**
   * A teller of events.
   *
   * @param instance which of several replicas this is, such as the pod's name
   */
  public Events(KubernetesClient client, String instance, Clock clock) {
    this.client = client;
    this.clock = clock;
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

  /** Tells that an order about the machine was refused; the same words once. */
  public void alert(Alert alert) {
    Machine machine = alert.machine();
    Event event =
        event(machine(machine), machine.declared().uid() + alert.message())
            .withType("Warning")
            .withReason("OrderRefused")
            .withAction("refuse")
            .withNote(note(alert.message()))
            .withEventTime(new MicroTime(MICROS.format(clock.instant())))
            .build();
    create(event, machine.key().namespace());
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
    Declared look = step.machine().declared();
    return event(regarding, look.uid() + look.revision() + step.reason().code())
        .withType(warning ? "Warning" : "Normal")
        .withReason(step.reason().code())
        .withAction(step.route())
        .withNote(note(note))
        .withEventTime(new MicroTime(MICROS.format(step.now())))
        .build();
  }

  /**
   * An event that says who tells it.
   *
   * @param identity what makes it one and the same event however often it is told
   */
  private EventBuilder event(ObjectReference regarding, String identity) {
    String whole = regarding.getUid() + identity;
    String hash = UUID.nameUUIDFromBytes(whole.getBytes(UTF_8)).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withName(JobNames.shorten(regarding.getName(), LONGEST_NAME) + "." + hash)
        .endMetadata()
        .withRegarding(regarding)
        .withReportingController("homelab-autoscaler.dev/operator")
        .withReportingInstance(instance);
  }

  private static String note(String text) {
    return text.length() > LONGEST_NOTE ? text.substring(0, LONGEST_NOTE) : text;
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
