package org.homelab.autoscaler.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.simulator.Change.Action;
import org.homelab.autoscaler.simulator.SafetyInspector.Rule;
import org.homelab.autoscaler.simulator.SafetyInspector.Violation;
import org.junit.jupiter.api.Test;

/** Every rule fires when it is broken, and is quiet at what comes close to it. */
class SafetyInspectorTest {
  private static final SimulatedMachine ATLAS =
      new SimulatedMachine("atlas", "compute", "nuc-1", Optional.empty(), 4, 4, 16, true);

  private final SafetyInspector inspector = new SafetyInspector(Clock.systemUTC());
  private long revision;

  @Test
  void podsThatADrainLeavesMayDieWithTheMachine() {
    pod("exporter", "nuc-1", "DaemonSet", "Running");
    pod("done", "nuc-1", "Job", "Succeeded");
    pod("elsewhere", "nuc-2", "ReplicaSet", "Running");
    pod("homeless", "", "ReplicaSet", "Pending");
    inspector.powerGoes(ATLAS);
    assertThat(broken()).isEmpty();
  }

  @Test
  void noOtherPodMay() {
    pod("web", "nuc-1", "ReplicaSet", "Running");
    inspector.powerGoes(ATLAS);
    assertThat(broken()).containsExactly(Rule.PODS_ON_A_MACHINE_THAT_LOSES_POWER);
    assertThat(inspector.violations().get(0).words()).isEqualTo("atlas loses power under web");
  }

  @Test
  void aPodThatHasGoneIsNotMissed() {
    JsonNode web = pod("web", "nuc-1", "ReplicaSet", "Running");
    change(Action.DELETED, Change.PODS, web, web);
    inspector.powerGoes(ATLAS);
    assertThat(broken()).isEmpty();
  }

  @Test
  void aSecondJobMustWaitForTheFirst() {
    job("atlas-startup-1", "startup", "");
    job("atlas-shutdown-2", "shutdown", "");
    assertThat(broken()).containsExactly(Rule.TWO_LIVE_JOBS);
  }

  @Test
  void aJobThatIsBeingDeletedIsStillLive() {
    ObjectNode job = job("atlas-startup-1", "startup", "");
    ObjectNode going = job.deepCopy();
    ((ObjectNode) going.path("metadata")).put("deletionTimestamp", "2026-11-01T00:00:00Z");
    change(Action.MODIFIED, Change.JOBS, going, job);
    job("atlas-shutdown-2", "shutdown", "");
    assertThat(broken()).containsExactly(Rule.TWO_LIVE_JOBS);
  }

  @Test
  void jobsThatFollowEachOtherAreFine() {
    finish(job("atlas-startup-1", "startup", ""));
    finish(job("atlas-shutdown-2", "shutdown", ""));
    finish(job("atlas-startup-3", "startup", ""));
    assertThat(broken()).isEmpty();
  }

  @Test
  void aNameIsUsedOnce() {
    JsonNode first = finish(job("atlas-startup-1", "startup", ""));
    change(Action.DELETED, Change.JOBS, first, first);
    finish(job("atlas-shutdown-2", "shutdown", ""));
    finish(job("atlas-startup-1", "startup", ""));
    assertThat(broken()).containsExactly(Rule.JOB_NAME_REPEATED);
  }

  @Test
  void aCommandIsRepeatedOnlyAfterAFailure() {
    machine("off", "");
    finish(job("atlas-startup-1", "startup", ""));
    machine("off", "\"failure\":{\"count\":1}");
    finish(job("atlas-startup-2", "startup", ""));
    assertThat(broken()).isEmpty();
    finish(job("atlas-startup-3", "startup", ""));
    assertThat(broken()).containsExactly(Rule.COMMAND_REPEATED);
  }

  @Test
  void aJobMustKeepOffItsMachine() {
    JsonNode job = Json.tree(jobText("atlas-startup-1", "startup", "").replace("\"nuc-1\"]", "]"));
    change(Action.ADDED, Change.JOBS, job, job);
    assertThat(broken()).containsExactly(Rule.JOB_MAY_LAND_ON_ITS_MACHINE);
  }

  @Test
  void aHeldMachineIsLeftAlone() {
    JsonNode held =
        Json.tree(
            """
            {"metadata":{"name":"atlas","annotations":{"homelab-autoscaler.dev/hold":"mine"}},
             "spec":{"kubernetesNodeName":"nuc-1"}}""");
    change(Action.ADDED, Change.MACHINES, held, held);
    inspector.switchedOn(ATLAS);
    assertThat(broken()).containsExactly(Rule.HELD_MACHINE_SWITCHED);
  }

  @Test
  void theControlPlaneIsNobodysToTouch() {
    JsonNode helm =
        Json.tree(
            """
            {"metadata":{"name":"helm","labels":{"node-role.kubernetes.io/control-plane":""}},
             "spec":{},"status":{}}""");
    change(Action.ADDED, Change.NODES, helm, helm);
    ObjectNode beating = helm.deepCopy();
    beating.putObject("status").put("heartbeat", "now");
    change(Action.MODIFIED, Change.NODES, beating, helm);
    assertThat(broken()).as("a heartbeat").isEmpty();
    ObjectNode cordoned = beating.deepCopy();
    cordoned.putObject("spec").put("unschedulable", true);
    change(Action.MODIFIED, Change.NODES, cordoned, beating);
    assertThat(broken()).containsExactly(Rule.CONTROL_PLANE_TOUCHED);
  }

  @Test
  void noCommandGoesToTheControlPlane() {
    JsonNode helm =
        Json.tree(
            """
            {"metadata":{"name":"nuc-1","labels":{"node-role.kubernetes.io/control-plane":""}}}""");
    change(Action.ADDED, Change.NODES, helm, helm);
    job("atlas-shutdown-1", "shutdown", "");
    assertThat(broken()).containsExactly(Rule.CONTROL_PLANE_TOUCHED);
  }

  @Test
  void aCordonOfOursDoesNotOutlastTheCycle() {
    node("nuc-1", true, true);
    node("nuc-2", false, true);
    node("nuc-3", true, false);
    inspector.cycleEnded(Map.of());
    assertThat(inspector.violations())
        .extracting(Violation::words)
        .containsExactly("nuc-1 is Ready, but still cordoned");
  }

  @Test
  void aMachineThatIsMeantToWorkIsNotLeftCordoned() {
    machine("on", "\"progress\":\"ready\"");
    node("nuc-1", true, true);
    inspector.look(Duration.ofSeconds(10));
    assertThat(broken()).as("not for long").isEmpty();
    inspector.look(Duration.ofSeconds(-1));
    assertThat(broken()).containsExactly(Rule.LEFT_CORDONED);
  }

  @Test
  void oneThatIsBeingDrainedIsCordonedRightly() {
    machine("off", "\"progress\":\"shuttingdown\"");
    node("nuc-1", true, true);
    inspector.look(Duration.ofSeconds(-1));
    assertThat(broken()).isEmpty();
  }

  @Test
  void whatIsToBeOffIsOffAtTheEnd() {
    machine("off", "");
    inspector.cycleEnded(Map.of("atlas", Hardware.State.OFF));
    assertThat(broken()).isEmpty();
    inspector.cycleEnded(Map.of("atlas", Hardware.State.HUNG));
    assertThat(broken()).containsExactly(Rule.STILL_ON);
  }

  @Test
  void targetAndInstancesAgree() {
    inspector.disagree("compute", 3, 2);
    assertThat(broken()).containsExactly(Rule.TARGET_IS_NOT_INSTANCES);
    assertThat(inspector.violations().get(0).toString())
        .contains("target size of compute is 3, but 2 instances are not being deleted");
  }

  private List<Rule> broken() {
    return inspector.violations().stream().map(Violation::rule).toList();
  }

  private void change(Action action, String resource, JsonNode object, JsonNode before) {
    inspector.changed(new Change(++revision, action, resource, object, before));
  }

  private JsonNode pod(String name, String node, String owner, String phase) {
    JsonNode pod =
        Json.tree(
            """
            {"metadata":{"name":"%s","namespace":"default","ownerReferences":[{"kind":"%s"}]},
             "spec":{"nodeName":"%s"},"status":{"phase":"%s"}}"""
                .formatted(name, owner, node, phase));
    change(Action.ADDED, Change.PODS, pod, pod);
    return pod;
  }

  private void machine(String desired, String status) {
    JsonNode machine =
        Json.tree(
            """
            {"metadata":{"name":"atlas","namespace":"lab"},
             "spec":{"kubernetesNodeName":"nuc-1","powerState":"%s"},"status":{%s}}"""
                .formatted(desired, status));
    change(Action.MODIFIED, Change.MACHINES, machine, machine);
  }

  private void node(String name, boolean ours, boolean ready) {
    JsonNode node =
        Json.tree(
            """
            {"metadata":{"name":"%s","annotations":{"%s":"x"}},"spec":{"unschedulable":true},
             "status":{"conditions":[{"type":"Ready","status":"%s"}]}}"""
                .formatted(
                    name,
                    ours ? "homelab-autoscaler.dev/cordoned" : "other",
                    ready ? "True" : "False"));
    change(Action.ADDED, Change.NODES, node, node);
  }

  private ObjectNode job(String name, String type, String status) {
    ObjectNode job = (ObjectNode) Json.tree(jobText(name, type, status));
    change(Action.ADDED, Change.JOBS, job, job);
    return job;
  }

  private JsonNode finish(ObjectNode job) {
    ObjectNode done = job.deepCopy();
    done.putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", "Complete")
        .put("status", "True");
    change(Action.MODIFIED, Change.JOBS, done, job);
    return done;
  }

  private static String jobText(String name, String type, String status) {
    return """
    {"metadata":{"name":"%s","namespace":"lab","labels":{"node":"nuc-1","type":"%s"}},
     "spec":{"template":{"spec":{"affinity":{"nodeAffinity":{"values":["nuc-1"]}}}}},
     "status":{%s}}"""
        .formatted(name, type, status);
  }
}
