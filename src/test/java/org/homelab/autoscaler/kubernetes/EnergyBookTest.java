package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupStatus;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.energy.Draw;
import org.homelab.autoscaler.energy.Watts;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.junit.jupiter.api.Test;

class EnergyBookTest {
  private static final Instant START = Instant.parse("2026-12-01T08:00:00Z");
  private static final ObjectKey RACK = new ObjectKey("lab", "rack");

  private final KubernetesSerialization yaml = new KubernetesSerialization();
  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final FleetFeed feed = new FleetFeed(fleet);
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final EnergyBook book =
      new EnergyBook(
          feed,
          new PodTally(),
          ZoneOffset.UTC,
          new java.time.Clock() {
            @Override
            public java.time.ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public java.time.Clock withZone(java.time.ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now.get();
            }
          });

  private Machine rack(String groupPower, String power, String status) {
    feed.group(
        yaml.unmarshal(
            """
            apiVersion: infra.homecluster.dev/v1alpha1
            kind: Group
            metadata: {namespace: lab, name: rack, uid: rack, resourceVersion: "1"}
            spec: {%s}
            """
                .formatted(groupPower),
            Group.class),
        "APPLIED");
    feed.machine(
        yaml.unmarshal(
            """
            apiVersion: infra.homecluster.dev/v1alpha1
            kind: Node
            metadata: {namespace: lab, name: atlas, uid: atlas, resourceVersion: "2", labels: {group: rack}}
            spec: {powerState: "off", kubernetesNodeName: atlas, startupPodSpec: {image: a}, shutdownPodSpec: {image: a} %s}
            status: {%s}
            """
                .formatted(power, status),
            Node.class),
        "APPLIED");
    return fleet.machine(new ObjectKey("lab", "atlas")).orElseThrow();
  }

  @Test
  void theMachinesOwnWattsGoBeforeThoseOfItsGroup() {
    Machine own =
        rack(
            "power: {watts: {idle: 9}}",
            ", power: {watts: {idle: 20, busy: 60, off: 2}}",
            "powerState: 'off', progress: shutdown");
    assertThat(book.declared(own)).contains(new Watts(20, 60, 2));
    assertThat(book.draw(own)).contains(new Draw(2, 18, false));
  }

  @Test
  void whoeverDeclaresOnlyTheIdleWattsIsNotGuessedAt() {
    Machine groups = rack("power: {watts: {idle: 9}}", "", "powerState: 'on', progress: ready");
    assertThat(book.draw(groups)).contains(new Draw(9, 0, false));
  }

  @Test
  void ofAMachineWhosePowerIsNotKnownNothingIsCounted() {
    Machine unknown = rack("power: {watts: {idle: 9}}", "", "powerState: '', progress: shutdown");
    assertThat(book.draw(unknown)).isEmpty();
  }

  @Test
  void anEntryIsMadeOnceAMinuteAndSurvivesARestart() {
    rack("", ", power: {watts: {idle: 20, off: 2}}", "powerState: 'on', progress: ready");
    var group = fleet.group(RACK).orElseThrow();
    GroupStatus.Energy opened = book.entry(group, null);
    now.set(START.plusSeconds(30));
    assertThat(book.entry(group, opened)).isSameAs(opened);

    now.set(START.plusSeconds(60));
    GroupStatus.Energy entered = book.entry(group, opened);
    assertThat(entered.joules()).isCloseTo(1200, within(0.001));
    assertThat(entered.machines())
        .containsExactly(new GroupStatus.Share("atlas", 1200.0, 20.0, 0.0));
    assertThat(entered.days()).containsExactly(new GroupStatus.Day("2026-12-01", 1200.0, 0.0));
    assertThat(entered.since()).isEqualTo("2026-12-01T08:00:00Z");
  }

  @Test
  void whereNobodySaysAnythingOfWattsNothingIsWritten() {
    rack("", "", "powerState: 'on', progress: ready");
    assertThat(book.entry(fleet.group(RACK).orElseThrow(), null)).isNull();
  }
}
