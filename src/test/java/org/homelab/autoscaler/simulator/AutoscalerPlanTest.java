package org.homelab.autoscaler.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.homelab.autoscaler.simulator.ScaleUp.Choice;
import org.homelab.autoscaler.simulator.ScaleUp.Order;
import org.junit.jupiter.api.Test;

/** What the pretend scheduler and the pretend Cluster Autoscaler conclude. */
class AutoscalerPlanTest {
  private static final Room BUILD = new Room(900, 1024, 1);
  private static final Room BIG = new Room(4000, 16384, 20);
  private static final Room SMALL = new Room(2000, 4096, 20);

  @Test
  void machinesAreAskedForUntilAllPodsFit() {
    assertThat(ScaleUp.plan(pods(9), List.of(), List.of(new Choice("big", BIG, 4))))
        .contains(new Order("big", 3, 9));
  }

  @Test
  void noMoreThanTheGroupMayHave() {
    assertThat(ScaleUp.plan(pods(9), List.of(), List.of(new Choice("big", BIG, 2))))
        .contains(new Order("big", 2, 8));
  }

  @Test
  void machinesThatAreOnTheirWayCount() {
    List<Choice> choices = List.of(new Choice("big", BIG, 2));
    assertThat(ScaleUp.plan(pods(4), List.of(BIG), choices)).isEmpty();
    assertThat(ScaleUp.plan(pods(5), List.of(BIG), choices)).contains(new Order("big", 1, 1));
  }

  @Test
  void theGroupThatTakesMostPodsWithFewestMachinesIsAsked() {
    var small = new Choice("small", SMALL, 9);
    assertThat(ScaleUp.plan(pods(4), List.of(), List.of(small, new Choice("big", BIG, 9))))
        .contains(new Order("big", 1, 4));
    assertThat(ScaleUp.plan(pods(8), List.of(), List.of(small, new Choice("big", BIG, 1))))
        .contains(new Order("small", 4, 8));
  }

  @Test
  void podsGoToTheFullestNodeThatTakesThem() {
    Pod waiting = pod("new", "", "Job", 900);
    List<Pod> there = List.of(pod("old", "b", "Job", 900));
    assertThat(
            Scheduler.placement(
                List.of(waiting), List.of(node("a", false), node("b", false)), there))
        .containsEntry(waiting, "b");
  }

  @Test
  void aCordonedNodeGetsNothing() {
    Pod waiting = pod("new", "", "Job", 900);
    assertThat(Scheduler.placement(List.of(waiting), List.of(node("a", true)), List.of()))
        .isEmpty();
  }

  @Test
  void emptyNodesGoTogetherAndADrainWaits() {
    List<Node> nodes = List.of(node("a", false), node("b", false), node("c", false));
    List<Pod> pods = List.of(pod("web", "a", "ReplicaSet", 100), pod("build", "b", "Job", 900));
    var candidates = ScaleDown.candidates(nodes, pods);
    assertThat(candidates).extracting(it -> Nodes.name(it.node())).containsExactly("a", "c");
    assertThat(ScaleDown.choose(candidates, node -> true, nodes, pods))
        .extracting(it -> Nodes.name(it.node()))
        .containsExactly("c");
    assertThat(ScaleDown.choose(candidates, node -> Nodes.name(node).equals("a"), nodes, pods))
        .extracting(it -> Nodes.name(it.node()))
        .containsExactly("a");
  }

  @Test
  void nothingElseGoesDuringADrain() {
    Node going =
        node("a", false)
            .edit()
            .editSpec()
            .addToTaints(new Taint("NoSchedule", ScaleDown.TO_BE_DELETED, null, "1"))
            .endSpec()
            .build();
    List<Node> nodes = List.of(going, node("b", false), node("c", false));
    List<Pod> pods = List.of(pod("web", "a", "ReplicaSet", 100));
    var candidates = ScaleDown.candidates(nodes, pods);
    assertThat(candidates).hasSize(2);
    assertThat(ScaleDown.choose(candidates, node -> true, nodes, pods)).isEmpty();
  }

  @Test
  void replicasWithNoOtherPlaceKeepTheirNode() {
    List<Pod> pods = List.of(pod("web", "a", "ReplicaSet", 100));
    assertThat(ScaleDown.candidates(List.of(node("a", false)), pods)).isEmpty();
  }

  private static List<Room> pods(int count) {
    return Collections.nCopies(count, BUILD);
  }

  private static Node node(String name, boolean cordoned) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withUnschedulable(cordoned)
        .endSpec()
        .withNewStatus()
        .addToAllocatable(Rack.resources(4, 16))
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  private static Pod pod(String name, String node, String owner, int cpu) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withCreationTimestamp("2026-11-01T00:00:00Z")
        .withResourceVersion("1")
        .addNewOwnerReference()
        .withKind(owner)
        .endOwnerReference()
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .addNewContainer()
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity(cpu + "m")))
        .endResources()
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase(node.isEmpty() ? "Pending" : "Running")
        .endStatus()
        .build();
  }
}
