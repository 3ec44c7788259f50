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
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.Alert;
import org.homelab.autoscaler.fleet.Declared;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Order;
import org.homelab.autoscaler.power.GroupNews;
import org.homelab.autoscaler.power.JobNames;
import org.homelab.autoscaler.power.Reason;
import org.homelab.autoscaler.power.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a machine's transitions as events on its Node and its Kubernetes node, and a group's on its
 * Group. An event is named after the look that led to it, so telling it twice leaves one. What
 * cannot be told is logged and keeps nobody from working.
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
  private final Executor teller;

  /**
   * A teller of events.
   *
   * @param instance which of several replicas this is, such as the pod's name
   * @param teller writes them, in their order, so that no command waits for what is only told
   */
  public Events(KubernetesClient client, String instance, Clock clock, Executor teller) {
    this.teller = teller;
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

  /**
   * Tells what has become of a Group.
   *
   * @param identity what makes it one and the same event however often it is told
   */
  public void tell(Group group, GroupNews news, String identity, String note, Instant at) {
    Event event =
        event(group(group), identity + news.code())
            .withType(news.warning() ? "Warning" : "Normal")
            .withReason(news.code())
            .withAction("tell")
            .withNote(note(note))
            .withEventTime(new MicroTime(MICROS.format(at)))
            .build();
    create(event, group.getMetadata().getNamespace());
  }

  /** Tells that an order for the Group was taken back. */
  public void takenBack(Group group, Order order) {
    String note =
        "order %d, to power %s %s, was taken back: it could not be written as a whole"
            .formatted(
                order.number(), order.desired() == PowerState.ON ? "on" : "off", order.names());
    tell(group, GroupNews.ORDER_TAKEN_BACK, order.number() + order.by(), note, clock.instant());
  }

  /** Tells that the step's failure has put the machine into quarantine, to its group too. */
  public void quarantined(Step step, Optional<Group> group, String note) {
    group.ifPresent(
        known ->
            tell(
                known,
                GroupNews.MACHINE_QUARANTINED,
                step.machine().declared().uid() + step.machine().declared().revision(),
                step.machine().name() + ": " + note,
                step.now()));
    Machine machine = step.machine();
    Declared look = machine.declared();
    Event event =
        event(machine(machine), look.uid() + look.revision() + Reason.QUARANTINED.code())
            .withType("Warning")
            .withReason(Reason.QUARANTINED.code())
            .withAction("quarantine")
            .withNote(note(note))
            .withEventTime(new MicroTime(MICROS.format(step.now())))
            .build();
    create(event, machine.key().namespace());
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
    teller.execute(() -> write(event, namespace));
  }

  private void write(Event event, String namespace) {
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

  /** The API counts bytes, and refuses an event whose note has too many. */
  private static String note(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length <= LONGEST_NOTE) {
      return text;
    }
    int end = LONGEST_NOTE;
    while (insideCharacter(bytes[end])) {
      end--;
    }
    return new String(bytes, 0, end, UTF_8);
  }

  private static boolean insideCharacter(byte one) {
    return (one & 0xC0) == 0x80;
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

  private static ObjectReference group(Group group) {
    return new ObjectReferenceBuilder()
        .withApiVersion(Api.GROUP + "/" + Api.VERSION)
        .withKind("Group")
        .withNamespace(group.getMetadata().getNamespace())
        .withName(group.getMetadata().getName())
        .withUid(Meta.uid(group))
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
