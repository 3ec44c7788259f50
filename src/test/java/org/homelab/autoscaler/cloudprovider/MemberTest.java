package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.cloudprovider.Rack.declared;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.camel.FakeClock;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.Progress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The truth table: what a machine is to the Cluster Autoscaler in every state. */
class MemberTest {
  private static final Instant NOW = new FakeClock().instant();
  private static final Instant BEFORE = NOW.minus(Duration.ofHours(1));
  private static final KubernetesNode READY_NODE = node("m1").build();
  private static final KubernetesNode DEAD_NODE = node("m1").ready(false, BEFORE).build();

  /** One line of the table. */
  record Row(
      String situation, DeclaredBuilder machine, Optional<KubernetesNode> node, Standing is) {
    @Override
    public String toString() {
      return situation + ": " + is;
    }
  }

  private static Row row(
      Standing is,
      PowerState desired,
      MachineStatus status,
      KubernetesNode node,
      String situation) {
    return new Row(
        situation, declared("m1").desired(desired).status(status), Optional.of(node), is);
  }

  private static Row row(Standing is, PowerState desired, MachineStatus status, String situation) {
    return new Row(situation, declared("m1").desired(desired).status(status), Optional.empty(), is);
  }

  private static MachineStatus neverCame(Instant failed, int times) {
    return Statuses.shutdownFailed(failed, times)
        .with(Progress.SHUTDOWN, ObservedPower.UNKNOWN)
        .poweredOnAt(failed);
  }

  static Stream<Row> rows() {
    PowerState on = PowerState.ON;
    PowerState off = PowerState.OFF;
    MachineStatus nodeGone =
        Statuses.shutdownFailed(NOW, 1).with(Progress.SHUTDOWN, ObservedPower.UNKNOWN);
    return Stream.of(
        row(Standing.AVAILABLE, off, Statuses.OFF, "off"),
        row(Standing.AVAILABLE, off, MachineStatus.NEW, "never looked at"),
        row(
            Standing.AVAILABLE,
            off,
            Statuses.OFF.succeeded(OperationType.SHUTDOWN, NOW),
            DEAD_NODE,
            "off, with what its power-off has left"),
        row(Standing.UNAVAILABLE, off, Statuses.OFF, DEAD_NODE, "not Ready, which is not off"),
        row(Standing.UNAVAILABLE, off, MachineStatus.NEW, DEAD_NODE, "new, and not Ready"),
        row(Standing.AVAILABLE, off, neverCame(BEFORE, 1), "never came, could not be cleaned up"),
        row(Standing.UNAVAILABLE, off, neverCame(NOW, 1), "the same, in back-off"),
        row(Standing.UNAVAILABLE, off, neverCame(BEFORE, 3), "the same, quarantined"),
        row(
            Standing.UNAVAILABLE,
            off,
            Statuses.OFF,
            READY_NODE,
            "switched on by hand, not yet adopted"),
        row(Standing.AVAILABLE, off, Statuses.offAfterFailure(BEFORE, 1), "off, back-off over"),
        row(Standing.UNAVAILABLE, off, Statuses.offAfterFailure(NOW, 1), "off, in back-off"),
        row(Standing.UNAVAILABLE, off, Statuses.offAfterFailure(BEFORE, 3), "off, quarantined"),
        row(Standing.QUEUED, on, Statuses.OFF, "asked for"),
        row(Standing.QUEUED, on, MachineStatus.NEW, "asked for before the first look"),
        row(Standing.QUEUED, on, Statuses.OFF, DEAD_NODE, "asked for, with a stale node"),
        row(Standing.BOOTING, on, Statuses.booting(BEFORE), "booting"),
        row(Standing.BOOTING, on, Statuses.booting(BEFORE), DEAD_NODE, "registered, not Ready"),
        row(Standing.RUNNING, on, Statuses.booting(BEFORE), READY_NODE, "Ready a moment ago"),
        row(Standing.FAILED, on, Statuses.bootFailed(NOW, 1), "boot failed"),
        row(Standing.FAILED, on, Statuses.bootFailed(BEFORE, 3), "boot failed, quarantined"),
        row(
            Standing.RUNNING,
            on,
            Statuses.bootFailed(NOW, 1),
            READY_NODE,
            "boot failed, but came late"),
        row(Standing.RUNNING, on, Statuses.READY, READY_NODE, "at work"),
        row(Standing.RUNNING, on, Statuses.READY, DEAD_NODE, "crashed"),
        row(Standing.RUNNING, on, Statuses.READY, "its node was deleted"),
        row(Standing.RUNNING, on, MachineStatus.NEW, READY_NODE, "described while it was on"),
        row(
            Standing.RUNNING,
            on,
            Statuses.shutdownFailed(NOW, 3),
            READY_NODE,
            "would not go, stays"),
        row(Standing.RUNNING, on, Statuses.draining(NOW), READY_NODE, "drain called off"),
        row(
            Standing.RUNNING,
            on,
            Statuses.draining(NOW),
            DEAD_NODE,
            "crashed in a drain called off"),
        row(
            Standing.BOOTING,
            on,
            Statuses.poweringOff(NOW),
            DEAD_NODE,
            "wanted again while going off"),
        row(Standing.BOOTING, on, nodeGone, "wanted again after a power-off that failed"),
        row(Standing.LEAVING, off, Statuses.READY, READY_NODE, "given up a moment ago"),
        row(Standing.LEAVING, off, Statuses.draining(NOW), READY_NODE, "draining"),
        row(Standing.LEAVING, off, Statuses.poweringOff(NOW), READY_NODE, "power-off given"),
        row(Standing.LEAVING, off, Statuses.poweringOff(NOW), DEAD_NODE, "power-off at work"),
        row(Standing.LEAVING, off, Statuses.booting(BEFORE), "given up while booting"),
        row(
            Standing.LEAVING,
            off,
            Statuses.bootFailed(NOW, 1),
            "boot failed, to be switched off for certain"),
        row(
            Standing.LEAVING,
            off,
            Statuses.shutdownFailed(BEFORE, 3),
            READY_NODE,
            "would not go, quarantined"),
        row(Standing.LEAVING, off, nodeGone, "would not go, node gone"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void c72_a_machine_stands_as_the_truth_table_says(Row row) {
    Rack rack = Rack.standard().machine(row.machine());
    row.node().ifPresent(rack.fleet::apply);
    var group =
        GroupView.of(
            rack.fleet.group(Rack.GROUP).orElseThrow(), ProviderSettings.STANDARD.power(), NOW);
    Member member = group.members().get(0);
    assertThat(member.standing()).isEqualTo(row.is());
    boolean explained =
        row.is() == Standing.UNAVAILABLE || row.situation().equals("boot failed, quarantined");
    assertThat(member.why().isEmpty()).isNotEqualTo(explained);
    assertThat(rack.target()).isEqualTo(row.is().counted() ? 1 : 0);
    assertThat(rack.instances()).hasSize(row.is().listed() ? 1 : 0);
    assertThat(rack.groupOf(Rack.node("m1")).getId())
        .isEqualTo(row.is().listed() ? Rack.GROUP : "");
  }
}
