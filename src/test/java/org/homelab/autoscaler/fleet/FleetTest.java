package org.homelab.autoscaler.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;
import static org.homelab.autoscaler.fleet.FleetEvents.group;
import static org.homelab.autoscaler.fleet.FleetEvents.job;
import static org.homelab.autoscaler.fleet.FleetEvents.key;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.util.Set;
import org.homelab.autoscaler.api.PowerState;
import org.junit.jupiter.api.Test;

class FleetTest {
  private final Fleet fleet = new Fleet(ObjectKey::name);

  private Machine machine(String name) {
    return fleet.machine(key(name)).orElseThrow();
  }

  @Test
  void anEmptyFleetHasNothing() {
    assertThat(fleet.groups()).isEmpty();
    assertThat(fleet.machines()).isEmpty();
    assertThat(fleet.nodes()).isEmpty();
    assertThat(fleet.group("rack")).isEmpty();
    assertThat(fleet.machine(key("m1"))).isEmpty();
    assertThat(fleet.everything()).isEqualTo(Touched.NOTHING);
  }

  @Test
  void anEventTellsWhichMachinesAndGroupsWantAnotherLook() {
    assertThat(fleet.apply(group("rack"))).isEqualTo(new Touched(Set.of(), Set.of(key("rack"))));
    assertThat(fleet.apply(declared("m1").group("rack").build()))
        .isEqualTo(new Touched(Set.of(key("m1")), Set.of(key("rack"))));
    assertThat(fleet.apply(node("m1").build()))
        .isEqualTo(new Touched(Set.of(key("m1")), Set.of(key("rack"))));
    assertThat(fleet.apply(node("stranger").build())).isEqualTo(Touched.NOTHING);
    assertThat(fleet.apply(job("m1", "m1-startup-1"))).matches(t -> t.machines().size() == 1);
    assertThat(fleet.removeMachine(key("m1")))
        .isEqualTo(new Touched(Set.of(key("m1")), Set.of(key("rack"))));
    assertThat(fleet.removeMachine(key("m1"))).isEqualTo(Touched.NOTHING);
    assertThat(fleet.removeGroup(key("rack")))
        .isEqualTo(new Touched(Set.of(), Set.of(key("rack"))));
    assertThat(fleet.removeGroup(key("rack"))).isEqualTo(Touched.NOTHING);
  }

  @Test
  void nodesAndJobsThatComeBeforeTheirMachineAreFoundByIt() {
    fleet.apply(node("talos-1").build());
    fleet.apply(job("m1", "m1-startup-2"));
    fleet.apply(job("m1", "m1-startup-1"));
    fleet.apply(declared("m1").nodeName("talos-1").group("rack").build());
    fleet.apply(group("rack"));

    assertThat(machine("m1").node()).map(KubernetesNode::name).contains("talos-1");
    assertThat(machine("m1").jobs())
        .extracting(found -> found.key().name())
        .containsExactly("m1-startup-1", "m1-startup-2");
    assertThat(fleet.group("rack").orElseThrow().machines()).containsExactly(machine("m1"));
  }

  @Test
  void nodesAndJobsThatGoLeaveTheirMachine() {
    fleet.apply(declared("m1").group("rack").build());
    fleet.apply(node("m1").build());
    fleet.apply(job("m1", "m1-startup-1"));
    fleet.removeNode("m1");
    fleet.removeJob(job("m1", "m1-startup-1"));

    assertThat(machine("m1").node()).isEmpty();
    assertThat(machine("m1").jobs()).isEmpty();
    assertThat(fleet.removeJob(job("m1", "m1-startup-1"))).isEqualTo(Touched.NOTHING);
    assertThat(fleet.removeNode("m1").machines()).containsExactly(key("m1"));
  }

  @Test
  void anOlderRevisionIsIgnored() {
    fleet.apply(declared("m1").revision("10").desired(PowerState.ON).build());
    assertThat(fleet.apply(declared("m1").revision("9").build())).isEqualTo(Touched.NOTHING);
    assertThat(machine("m1").desiredOn()).isTrue();
    fleet.apply(declared("m1").revision("11").build());
    assertThat(machine("m1").desiredOn()).isFalse();
  }

  @Test
  void aResourceMadeAnewIsNoOlderRevision() {
    fleet.apply(declared("m1").revision("10").desired(PowerState.ON).build());
    fleet.apply(declared("m1").uid("another").revision("9").build());
    assertThat(machine("m1").desiredOn()).isFalse();
  }

  @Test
  void revisionsThatAreNoNumbersAreTakenAsTheyCome() {
    fleet.apply(declared("m1").revision("b").desired(PowerState.ON).build());
    fleet.apply(declared("m1").revision("a").build());
    assertThat(machine("m1").desiredOn()).isFalse();
  }

  @Test
  void anEventLeavesTheSnapshotsOfOtherGroupsAsTheyAre() {
    fleet.apply(group("rack"));
    fleet.apply(group("shed"));
    fleet.apply(declared("m1").group("rack").build());
    fleet.apply(declared("s1").group("shed").build());
    GroupSnapshot shed = fleet.group("shed").orElseThrow();
    GroupSnapshot rack = fleet.group("rack").orElseThrow();

    fleet.apply(node("m1").build());
    fleet.apply(job("m1", "m1-startup-1"));
    fleet.apply(declared("m1").group("rack").revision("2").desired(PowerState.ON).build());
    fleet.apply(declared("m2").group("rack").build());
    fleet.removeMachine(key("m2"));
    fleet.removeNode("m1");
    fleet.apply(group("rack"));

    assertThat(fleet.group("shed").orElseThrow()).isSameAs(shed);
    assertThat(fleet.group("rack").orElseThrow().version()).isGreaterThan(rack.version());
    assertThat(rack.machine("m1").orElseThrow().desiredOn()).isFalse();
  }

  @Test
  void aGroupEventMakesOneSnapshotHoweverManyMembersItHas() {
    fleet.apply(group("rack"));
    for (int i = 0; i < 50; i++) {
      fleet.apply(declared("m" + i).group("rack").build());
    }
    long before = fleet.group("rack").orElseThrow().version();
    fleet.apply(group("rack"));
    assertThat(fleet.group("rack").orElseThrow().version()).isEqualTo(before + 1);
  }

  @Test
  void aMachineIsFoundByTheNamesThatKubernetesAndTheClusterAutoscalerGiveIt() {
    fleet.apply(declared("m1").nodeName("talos-1").build());
    assertThat(fleet.machineByNodeName("talos-1")).contains(machine("m1"));
    assertThat(fleet.machineByInstanceId("homelab://m1")).contains(machine("m1"));

    fleet.apply(node("talos-1").providerId(java.util.Optional.of("k3s://talos-1")).build());
    assertThat(fleet.machineByInstanceId("k3s://talos-1")).contains(machine("m1"));
    assertThat(fleet.machineByInstanceId("homelab://m1")).contains(machine("m1"));

    fleet.apply(declared("m1").nodeName("talos-2").revision("2").build());
    assertThat(fleet.machineByNodeName("talos-1")).isEmpty();
    assertThat(fleet.machineByNodeName("talos-2")).contains(machine("m1"));
    assertThat(machine("m1").node()).isEmpty();

    fleet.removeMachine(key("m1"));
    assertThat(fleet.machineByNodeName("talos-2")).isEmpty();
    assertThat(fleet.machineByInstanceId("homelab://m1")).isEmpty();
  }

  @Test
  void anIdThatIsAMachinesOwnIsNotTakenByOneThatOnceHadIt() {
    fleet.apply(declared("m1").providerId("rack://1").build());
    fleet.apply(node("m1").providerId(java.util.Optional.of("k3s://m1")).build());
    assertThat(fleet.machineByInstanceId("rack://1")).contains(machine("m1"));

    fleet.apply(declared("m2").providerId("rack://1").build());
    assertThat(fleet.machineByInstanceId("rack://1")).contains(machine("m2"));

    fleet.removeMachine(key("m2"));
    assertThat(fleet.machineByInstanceId("rack://1")).contains(machine("m1"));
  }

  @Test
  void everythingIsEveryMachineAndGroup() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").build());
    assertThat(fleet.everything()).isEqualTo(new Touched(Set.of(key("m1")), Set.of(key("rack"))));
  }

  @Test
  void groupsComeInTheOrderOfTheirIds() {
    fleet.apply(group("shed"));
    fleet.apply(group("attic"));
    fleet.apply(group("rack"));
    assertThat(fleet.groups())
        .extracting(GroupSnapshot::id)
        .containsExactly("attic", "rack", "shed");
  }
}
