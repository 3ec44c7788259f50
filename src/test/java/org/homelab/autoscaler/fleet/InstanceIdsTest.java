package org.homelab.autoscaler.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.homelab.autoscaler.power.Registration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceIdsTest {
  private final Fleet fleet = new Fleet(ObjectKey::name);

  private void group(String template) {
    group(fleet, "lab", template);
  }

  private static void group(Fleet fleet, String namespace, String template) {
    var policy =
        new GroupPolicy(
            0,
            OptionalInt.empty(),
            Map.of(),
            PowerTimeouts.NONE,
            DrainPolicy.FAIL,
            GroupPolicy.Options.NONE,
            HealthCheck.NONE,
            SwitchLimits.NONE,
            false,
            Optional.empty(),
            PowerWish.NONE,
            Optional.ofNullable(template),
            Optional.empty());
    fleet.apply(
        new DeclaredGroup(
            new ObjectKey(namespace, "rack"),
            "uid-rack",
            1,
            "1",
            false,
            true,
            Optional.empty(),
            policy));
  }

  private Machine machine(String name) {
    return fleet.machine(new ObjectKey("lab", name)).orElseThrow();
  }

  @Test
  void theGroupsTemplateMakesTheIdOfAMachineThatDeclaresNone() {
    group("talos://{namespace}/{group}/{name}/{kubernetesNodeName}");
    fleet.apply(declared("m1").group("rack").nodeName("w1").build());
    fleet.apply(declared("m2").group("rack").providerId("k3s://own").build());

    assertThat(machine("m1").instanceId()).isEqualTo("talos://lab/rack/m1/w1");
    assertThat(machine("m2").instanceId()).isEqualTo("k3s://own");
  }

  @Test
  void theTemplateComesBeforeWhatIsRememberedAndTheKubernetesNodeBeforeAll() {
    MachineStatus remembers =
        MachineStatus.NEW.remembering(
            new Template(Map.of(), List.of(), Map.of(), Map.of()), Optional.of("k3s://old"));
    fleet.apply(declared("m1").group("rack").status(remembers).build());
    group(null);
    assertThat(machine("m1").instanceId()).isEqualTo("k3s://old");

    group("k3s://{kubernetesNodeName}");
    assertThat(machine("m1").instanceId()).isEqualTo("k3s://m1");

    fleet.apply(KubernetesNodeBuilder.node("m1").providerId(Optional.of("aws://x")).build());
    assertThat(machine("m1").instanceId()).isEqualTo("aws://x");
    for (String known : new String[] {"aws://x", "k3s://m1", "k3s://old", "homelab://m1"}) {
      assertThat(fleet.machineByInstanceId(known)).as(known).contains(machine("m1"));
    }
  }

  @Test
  void twoNodesOfOneNameInTwoNamespacesDoNotShareAnId() {
    var all = new Fleet(ObjectKey::toString, RecipeBook.EMPTY, InstanceIds.ofAllNamespaces());
    for (String namespace : new String[] {"lab", "shed"}) {
      group(all, namespace, null);
      all.apply(
          declared(new ObjectKey(namespace, "m1"))
              .group("rack")
              .nodeName(namespace + "-m1")
              .build());
      Machine machine = all.machine(new ObjectKey(namespace, "m1")).orElseThrow();
      assertThat(machine.instanceId()).isEqualTo("homelab://" + namespace + "/m1");
      assertThat(machine.problem()).isEmpty();
    }
  }

  @Test
  void ofTwoMachinesWithOneIdTheOtherIsToldWhatToMendAndNobodyElseIsConcerned() {
    group("k3s://{kubernetesNodeName}");
    fleet.apply(declared("m1").group("rack").providerId("k3s://m2").build());
    fleet.apply(declared("m2").group("rack").build());
    fleet.apply(declared("m3").group("rack").build());

    assertThat(machine("m1").problem()).isEmpty();
    assertThat(machine("m2").problem())
        .get()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(Machine.Problem.Code.DUPLICATE_ID);
              assertThat(problem.message())
                  .contains("k3s://m2")
                  .contains("lab/m1")
                  .contains("spec.providerID");
            });
    assertThat(machine("m3").problem()).isEmpty();
    assertThat(fleet.machineByInstanceId("k3s://m2")).contains(machine("m1"));
  }

  @Test
  void theMachineWhoseKubernetesNodeHasTheIdKeepsItAndMendingGivesEachItsOwn() {
    group("k3s://{kubernetesNodeName}");
    fleet.apply(declared("m1").group("rack").providerId("k3s://m2").build());
    fleet.apply(declared("m2").group("rack").build());
    fleet.apply(KubernetesNodeBuilder.node("m2").providerId(Optional.of("k3s://m2")).build());
    assertThat(machine("m2").problem()).isEmpty();
    assertThat(machine("m1").hasProblem(Machine.Problem.Code.DUPLICATE_ID)).isTrue();

    fleet.apply(declared("m1").group("rack").revision("2").build());
    assertThat(machine("m1").problem()).isEmpty();
    assertThat(machine("m1").instanceId()).isEqualTo("k3s://m1");
    assertThat(Registration.labels(machine("m1"))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k3s://{node}", "k3s://same", "k3s://{name", "a {name}", "{group}", ""})
  void aTemplateThatCannotTellMachinesApartIsRefusedWithWhatToWrite(String template) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InstanceIds.template(template))
        .withMessageContaining("{kubernetesNodeName}");
  }
}
