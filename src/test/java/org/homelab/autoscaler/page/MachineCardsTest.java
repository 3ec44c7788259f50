package org.homelab.autoscaler.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.kubernetes.FleetFeed;
import org.homelab.autoscaler.kubernetes.PodTally;
import org.homelab.autoscaler.power.PowerPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineCardsTest {
  private static final Instant NOW = Instant.parse("2026-12-01T08:00:00Z");
  private static final PodTally.Load TWO_PODS = new PodTally.Load(3, 2, 1500, 1 << 20);

  private final KubernetesSerialization yaml = new KubernetesSerialization();
  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final FleetFeed feed = new FleetFeed(fleet);

  private MachineCard card(String annotations, String spec, String status) {
    feed.group(
        yaml.unmarshal(
            """
            apiVersion: infra.homecluster.dev/v1alpha1
            kind: Group
            metadata: {namespace: lab, name: rack, uid: rack, resourceVersion: "1"}
            spec: {}
            """,
            Group.class),
        "APPLIED");
    feed.machine(
        yaml.unmarshal(
            """
            apiVersion: infra.homecluster.dev/v1alpha1
            kind: Node
            metadata: {namespace: lab, name: atlas, uid: atlas, resourceVersion: "2", labels: {group: rack}, annotations: {%s}}
            spec: {kubernetesNodeName: atlas, startupPodSpec: {image: a}, shutdownPodSpec: {image: a}, %s}
            status: {%s}
            """
                .formatted(annotations, spec, status),
            Node.class),
        "APPLIED");
    var key = new ObjectKey("lab", "atlas");
    Machine machine = fleet.machine(key).orElseThrow();
    PowerPolicy policy =
        PowerPolicy.of(machine, GroupPolicy.NONE, 0, PowerPolicy.Defaults.STANDARD);
    return new MachineCards(machine, feed.storedMachine(key).orElseThrow(), policy, TWO_PODS, NOW)
        .card(Optional.of("rack"), Optional.of("default/web"), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "off     | progress: shutdown, powerState: 'off'",
        "silent  | progress: ready, powerState: ''",
        "booting | progress: startingup, powerState: '', operation: {type: startup, startedAt: '2026-12-01T07:59:00Z', attempt: 1, claimedAt: '2026-12-01T07:59:00Z'}",
        "draining | progress: shuttingdown, powerState: 'on', operation: {type: shutdown, startedAt: '2026-12-01T07:59:00Z'}",
        "powering-off | progress: shuttingdown, powerState: '', operation: {type: shutdown, startedAt: '2026-12-01T07:59:00Z', attempt: 2, claimedAt: '2026-12-01T07:59:30Z'}",
        "quarantined | progress: shutdown, powerState: 'off', conditions: [{type: PowerFailed, status: 'True', reason: Quarantined, message: why}]"
      })
  void theStateIsWhatAPersonWouldCallIt(String state, String status) {
    assertThat(card("", "powerState: 'on'", status).state().code()).isEqualTo(state);
  }

  @Test
  void aHoldIsShownWithItsReasonAndItsEnd() {
    MachineCard card =
        card(
            "homelab-autoscaler.dev/hold: 'until=2026-12-01T09:00Z; disk swap'",
            "powerState: 'off'",
            "progress: shutdown, powerState: 'off'");

    assertThat(card.state()).isEqualTo(MachineState.HELD);
    assertThat(card.why()).isEqualTo("disk swap");
    assertThat(card.next())
        .isEqualTo(new MachineCard.Next("is let go at", Instant.parse("2026-12-01T09:00:00Z")));
  }

  @Test
  void whoeverAskedIsNamedInTheWordsThatWereGiven() {
    MachineCard card =
        card(
            "homelab-autoscaler.dev/requested-by: 'Jo at the rack (disk swap)'",
            "powerState: 'on'",
            "progress: startingup, powerState: ''");

    assertThat(card.asked())
        .isEqualTo(new MachineCard.Asked("Jo at the rack (disk swap)", "default/web"));
  }

  @Test
  void aBootIsExpectedToTakeAsLongAsTheBootsBefore() {
    String history =
        "history: [{at: '2026-11-30T08:00:00Z', progress: startingup, reason: a}, {at:"
            + " '2026-11-30T08:04:00Z', progress: ready, reason: a}, {at: '2026-11-30T09:00:00Z',"
            + " progress: startingup, reason: a}, {at: '2026-11-30T09:06:00Z', progress: shutdown,"
            + " reason: a}, {at: '2026-12-01T07:59:00Z', progress: startingup, reason: a}]";
    MachineCard card =
        card(
            "",
            "powerState: 'on'",
            "progress: startingup, powerState: '', operation: {type: startup, startedAt:"
                + " '2026-12-01T07:59:00Z', attempt: 1, claimedAt: '2026-12-01T07:59:00Z'}, "
                + history);

    assertThat(card.expected()).isEqualTo(Instant.parse("2026-12-01T08:03:00Z"));
    assertThat(card.since()).isEqualTo(Instant.parse("2026-12-01T07:59:00Z"));
    assertThat(card.next().at()).isEqualTo(Instant.parse("2026-12-01T08:06:30Z"));
  }

  @Test
  void aMachineThatIsDrainedSaysHowManyPodsAreLeft() {
    MachineCard card =
        card(
            "",
            "powerState: 'off'",
            "progress: shuttingdown, powerState: 'on', operation: {type: shutdown, startedAt:"
                + " '2026-12-01T07:59:00Z'}");

    assertThat(card.leaving()).isEqualTo(2);
    assertThat(card.load().pods()).isEqualTo(3);
  }
}
