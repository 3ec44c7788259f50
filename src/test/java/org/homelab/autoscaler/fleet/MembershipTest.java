package org.homelab.autoscaler.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.CREATED;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;
import static org.homelab.autoscaler.fleet.FleetEvents.group;
import static org.homelab.autoscaler.fleet.FleetEvents.job;
import static org.homelab.autoscaler.fleet.FleetEvents.key;
import static org.homelab.autoscaler.fleet.FleetEvents.selecting;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.fleet.Machine.Problem;
import org.homelab.autoscaler.fleet.Machine.Problem.Code;
import org.junit.jupiter.api.Test;

/** Which group a machine belongs to and who owns it, as the fleet's readers see it. */
class MembershipTest {
  private static final Map<String, String> FAST = Map.of("disk", "nvme");
  private static final Map<String, String> BIG = Map.of("size", "big");

  private final Fleet fleet = new Fleet(ObjectKey::name);

  private Machine machine(String name) {
    return fleet.machine(key(name)).orElseThrow();
  }

  private Code problem(String name) {
    return machine(name).problem().map(Problem::code).orElseThrow();
  }

  private List<String> members(String group) {
    return fleet.group(group).orElseThrow().machines().stream().map(Machine::name).toList();
  }

  @Test
  void theLabelPutsAMachineIntoItsGroup() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").group("rack").build());
    assertThat(machine("m1").group()).contains(key("rack"));
    assertThat(machine("m1").problem()).isEmpty();
    assertThat(members("rack")).containsExactly("m1");
  }

  @Test
  void withoutALabelTheOneGroupThatSelectsItTakesIt() {
    fleet.apply(selecting("fast", FAST));
    fleet.apply(selecting("big", BIG));
    fleet.apply(declared("m1").label("disk", "nvme").label("rack", "3").build());
    assertThat(members("fast")).containsExactly("m1");
    assertThat(members("big")).isEmpty();
  }

  @Test
  void theLabelWinsOverEverySelector() {
    fleet.apply(selecting("fast", FAST));
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").label("disk", "nvme").group("rack").build());
    assertThat(members("rack")).containsExactly("m1");
    assertThat(members("fast")).isEmpty();
  }

  @Test
  void aLabelThatNamesNoGroupIsNotOverruledByASelector() {
    fleet.apply(selecting("fast", FAST));
    fleet.apply(declared("m1").label("disk", "nvme").group("typo").build());
    assertThat(problem("m1")).isEqualTo(Code.NO_GROUP);
    assertThat(machine("m1").problem().orElseThrow().message()).contains("typo");
    assertThat(members("fast")).isEmpty();
  }

  @Test
  void aGroupWithoutASelectorSelectsNothing() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").build());
    assertThat(problem("m1")).isEqualTo(Code.NO_GROUP);
  }

  @Test
  void severalSelectorsThatFitAreAQuestionToItsOwner() {
    fleet.apply(selecting("fast", FAST));
    fleet.apply(selecting("big", BIG));
    fleet.apply(declared("m1").label("disk", "nvme").label("size", "big").build());
    assertThat(problem("m1")).isEqualTo(Code.AMBIGUOUS_GROUP);
    assertThat(machine("m1").group()).isEmpty();
    assertThat(machine("m1").problem().orElseThrow().message())
        .contains("lab/fast", "lab/big", "label this Node group=<name>");
    assertThat(members("fast")).isEmpty();
    assertThat(members("big")).isEmpty();
  }

  @Test
  void aSecondSelectorThatFitsTakesTheMachineFromTheFirst() {
    fleet.apply(selecting("fast", FAST));
    fleet.apply(declared("m1").label("disk", "nvme").label("size", "big").build());
    Touched touched = fleet.apply(selecting("big", BIG));
    assertThat(problem("m1")).isEqualTo(Code.AMBIGUOUS_GROUP);
    assertThat(members("fast")).isEmpty();
    assertThat(touched.machines()).containsExactly(key("m1"));
    assertThat(touched.groups()).containsExactlyInAnyOrder(key("big"), key("fast"));
  }

  @Test
  void anAmbiguityEndsWhenOneOfTheGroupsGoesOrSelectsOtherwise() {
    fleet.apply(selecting("fast", FAST));
    fleet.apply(selecting("big", BIG));
    fleet.apply(declared("m1").label("disk", "nvme").label("size", "big").build());
    Touched touched = fleet.removeGroup(key("big"));
    assertThat(members("fast")).containsExactly("m1");
    assertThat(machine("m1").problem()).isEmpty();
    assertThat(touched.groups()).contains(key("fast"));

    fleet.apply(selecting("big", BIG));
    assertThat(problem("m1")).isEqualTo(Code.AMBIGUOUS_GROUP);
    fleet.apply(selecting("fast", Map.of("disk", "none")));
    assertThat(members("big")).containsExactly("m1");
    assertThat(machine("m1").problem()).isEmpty();
  }

  @Test
  void anAmbiguityNamesAllItsGroups() {
    fleet.apply(selecting("fast", FAST));
    fleet.apply(selecting("big", BIG));
    fleet.apply(declared("m1").label("disk", "nvme").label("size", "big").build());
    fleet.apply(selecting("cheap", FAST));
    assertThat(machine("m1").problem().orElseThrow().message()).contains("lab/cheap");
  }

  @Test
  void groupsOfAnotherNamespaceDoNotCount() {
    fleet.apply(selecting(new ObjectKey("other", "fast"), FAST));
    fleet.apply(declared("m1").label("disk", "nvme").build());
    fleet.apply(declared("m2").group("fast").build());
    assertThat(problem("m1")).isEqualTo(Code.NO_GROUP);
    assertThat(problem("m2")).isEqualTo(Code.NO_GROUP);
  }

  @Test
  void aGroupThatComesLaterFindsItsMembers() {
    fleet.apply(declared("m1").group("rack").build());
    fleet.apply(declared("m2").label("disk", "nvme").build());
    assertThat(problem("m1")).isEqualTo(Code.NO_GROUP);
    assertThat(fleet.apply(group("rack")).machines()).contains(key("m1"));
    assertThat(fleet.apply(selecting("fast", FAST)).machines()).containsExactly(key("m2"));
    assertThat(members("rack")).containsExactly("m1");
    assertThat(members("fast")).containsExactly("m2");
    assertThat(machine("m1").problem()).isEmpty();
  }

  @Test
  void aGroupThatGoesLeavesItsMembersWithoutOne() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").group("rack").build());
    fleet.removeGroup(key("rack"));
    assertThat(fleet.group("rack")).isEmpty();
    assertThat(machine("m1").group()).isEmpty();
    assertThat(problem("m1")).isEqualTo(Code.NO_GROUP);
    fleet.apply(group("rack"));
    assertThat(members("rack")).containsExactly("m1");
  }

  @Test
  void aMachineMovesWithItsLabel() {
    fleet.apply(group("rack"));
    fleet.apply(group("shed"));
    fleet.apply(declared("m1").group("rack").build());
    Touched touched = fleet.apply(declared("m1").group("shed").revision("2").build());
    assertThat(members("rack")).isEmpty();
    assertThat(members("shed")).containsExactly("m1");
    assertThat(touched.groups()).containsExactlyInAnyOrder(key("rack"), key("shed"));
  }

  @Test
  void theOldestOfTwoResourcesKeepsTheMachineInWhateverOrderTheyCome() {
    Declared old = declared("zeta").nodeName("box").group("rack").build();
    Declared young =
        declared("alpha").nodeName("box").group("rack").createdAt(CREATED.plusSeconds(1)).build();
    for (List<Declared> order : List.of(List.of(old, young), List.of(young, old))) {
      Fleet fresh = new Fleet(ObjectKey::name);
      fresh.apply(group("rack"));
      fresh.apply(node("box").build());
      order.forEach(fresh::apply);
      assertThat(fresh.machine(old.key()).orElseThrow().problem()).isEmpty();
      assertThat(fresh.machine(young.key()).orElseThrow().problem().orElseThrow())
          .matches(problem -> problem.code() == Code.DUPLICATE)
          .matches(problem -> problem.message().contains("lab/zeta"));
      assertThat(fresh.machineByNodeName("box").orElseThrow().key()).isEqualTo(old.key());
    }
  }

  @Test
  void whoWasARivalTakesOverWhenTheOwnerGoes() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").nodeName("box").group("rack").build());
    fleet.apply(
        declared("m2").nodeName("box").group("rack").createdAt(CREATED.plusSeconds(1)).build());
    fleet.apply(node("box").build());
    Touched touched = fleet.removeMachine(key("m1"));
    assertThat(touched.machines()).containsExactlyInAnyOrder(key("m1"), key("m2"));
    assertThat(machine("m2").problem()).isEmpty();
    assertThat(machine("m2").node()).isPresent();
    assertThat(fleet.machineByNodeName("box")).contains(machine("m2"));
  }

  @Test
  void whoWasARivalTakesOverWhenTheOwnerNamesAnotherMachine() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").nodeName("box").group("rack").build());
    fleet.apply(
        declared("m2").nodeName("box").group("rack").createdAt(CREATED.plusSeconds(1)).build());
    fleet.apply(declared("m1").nodeName("crate").group("rack").revision("2").build());
    assertThat(machine("m2").problem()).isEmpty();
    assertThat(fleet.machineByNodeName("box")).contains(machine("m2"));
    assertThat(fleet.machineByNodeName("crate")).contains(machine("m1"));
  }

  @Test
  void anOlderResourceThatNamesTheMachineLaterTakesItFromTheYounger() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").nodeName("crate").group("rack").build());
    fleet.apply(
        declared("m2").nodeName("box").group("rack").createdAt(CREATED.plusSeconds(1)).build());
    Touched touched =
        fleet.apply(declared("m1").nodeName("box").group("rack").revision("2").build());
    assertThat(touched.machines()).containsExactlyInAnyOrder(key("m1"), key("m2"));
    assertThat(problem("m2")).isEqualTo(Code.DUPLICATE);
    assertThat(machine("m1").problem()).isEmpty();
  }

  @Test
  void whoTakesAMachineOverSeesTheJobsThatItsRivalStarted() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").nodeName("box").group("rack").build());
    fleet.apply(
        declared("m2").nodeName("box").group("rack").createdAt(CREATED.plusSeconds(1)).build());
    fleet.apply(job("m1", "m1-shutdown-1"));
    fleet.removeMachine(key("m1"));
    assertThat(machine("m2").liveJob()).isPresent();
    fleet.removeJob(job("m1", "m1-shutdown-1"));
    assertThat(machine("m2").liveJob()).isEmpty();
  }

  @Test
  void twoMachinesWithoutANameForTheirKubernetesNodeAreNoRivals() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").nodeName("").invalid("spec.kubernetesNodeName is empty").build());
    fleet.apply(declared("m2").nodeName("").invalid("spec.kubernetesNodeName is empty").build());
    assertThat(problem("m1")).isEqualTo(Code.INVALID_SPEC);
    assertThat(problem("m2")).isEqualTo(Code.INVALID_SPEC);
  }

  @Test
  void aSpecThatCannotBeReadIsSaidSo() {
    fleet.apply(group("rack"));
    fleet.apply(declared("m1").group("rack").invalid("spec.timeouts.startup: 5 minutes").build());
    assertThat(machine("m1").problem())
        .contains(new Problem(Code.INVALID_SPEC, "spec.timeouts.startup: 5 minutes"));
    assertThat(machine("m1").group()).contains(key("rack"));
  }
}
