package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.PowerJob.State;
import org.homelab.autoscaler.fleet.Touched;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetFeedTest {
  private static final String APPLIED = "APPLIED";
  private static final String DELETED = "DELETED";

  private final Fleet fleet = new Fleet(ObjectKey::name);
  private final FleetFeed feed = new FleetFeed(fleet);

  @BeforeEach
  void rack() {
    feed.group(at(1, Yaml.read(Group.class, "metadata: { name: rack, uid: g }")), APPLIED);
    feed.machine(machine("m1", 1), APPLIED);
  }

  @Test
  void aChangeTouchesItsMachineAndItsGroup() {
    Touched touched = feed.machine(machine("m1", 2), APPLIED);

    assertThat(touched.machines()).containsExactly(new ObjectKey("homelab", "m1"));
    assertThat(touched.groups()).containsExactly(new ObjectKey("homelab", "rack"));
  }

  @Test
  void aMachineThatCannotBeReadStopsNobodyElse() {
    feed.machine(at(3, Yaml.read(Node.class, "metadata: { name: bad, uid: b }")), APPLIED);
    feed.machine(machine("m2", 4), APPLIED);

    assertThat(fleet.group("rack").orElseThrow().machines())
        .extracting(Machine::name)
        .containsExactly("m1", "m2");
    assertThat(fleet.machine(new ObjectKey("homelab", "bad")).orElseThrow().problem()).isPresent();
  }

  @Test
  void aWatchThatLagsBehindOurWritesDoesNotTurnTheClockBack() {
    feed.wrote(kubernetesNode(9, true));
    feed.kubernetesNode(kubernetesNode(8, false), APPLIED);
    feed.wrote(job(12, "conditions: [{ type: Complete, status: 'True' }]"));
    feed.job(job(11, "active: 1"), APPLIED);

    assertThat(machine().nodeReady()).isTrue();
    assertThat(machine().jobs()).singleElement().matches(job -> job.state() == State.SUCCEEDED);
  }

  @Test
  void ourOwnWriteComesBackByTheWatchAndHasItsGroupLookedAt() {
    feed.wrote(machine("m1", 5));

    assertThat(feed.machine(machine("m1", 5), APPLIED).groups()).isNotEmpty();
  }

  @Test
  void ofEachNodeOneCopyIsKeptWhicheverComesFirst() {
    Node first = machine("m1", 5);
    feed.machine(first, APPLIED);
    feed.wrote(machine("m1", 5));
    assertThat(feed.storedMachine(Meta.key(first)).orElseThrow()).isSameAs(first);

    Node ofTheWatch = machine("m1", 6);
    feed.wrote(machine("m1", 6));
    feed.machine(ofTheWatch, APPLIED);
    assertThat(feed.storedMachine(Meta.key(first)).orElseThrow()).isSameAs(ofTheWatch);
  }

  @Test
  void whatIsKeptIsSmall() {
    feed.machine(told("m1", 5), APPLIED);
    feed.machine(told("m2", 6), APPLIED);

    Node m1 = feed.storedMachine(new ObjectKey("homelab", "m1")).orElseThrow();
    Node m2 = feed.storedMachine(new ObjectKey("homelab", "m2")).orElseThrow();
    assertThat(m1.getMetadata().getManagedFields()).isEmpty();
    assertThat(m1.getStatus().conditions().get(0).getMessage())
        .isEqualTo("The machine is off.")
        .isSameAs(m2.getStatus().conditions().get(0).getMessage());
  }

  private static Node told(String name, long revision) {
    Node node = machine(name, revision);
    node.getMetadata()
        .setManagedFields(List.of(new ManagedFieldsEntryBuilder().withManager("us").build()));
    node.setStatus(
        Yaml.read(
                Node.class,
                "status: { conditions: [{ type: Ready, message: The machine is off. }] }")
            .getStatus());
    return node;
  }

  @Test
  void whatIsGoneDoesNotComeBackByAnAnswerThatWasLate() {
    feed.machine(machine("m1", 6), DELETED);
    feed.wrote(machine("m1", 5));
    feed.job(job(3, "active: 1"), APPLIED);
    feed.job(job(3, "active: 1"), DELETED);
    feed.wrote(job(2, "active: 1"));

    assertThat(fleet.machine(new ObjectKey("homelab", "m1"))).isEmpty();
    assertThat(fleet.group("rack").map(GroupSnapshot::machines).orElseThrow()).isEmpty();
    feed.machine(withUid("another", machine("m1", 7)), APPLIED);
    assertThat(machine().jobs()).isEmpty();
  }

  @Test
  void theEndOfANamesakeIsNotTheEndOfItsSuccessor() {
    feed.machine(withUid("another", machine("m1", 7)), APPLIED);
    feed.machine(machine("m1", 6), DELETED);

    assertThat(machine().declared().uid()).isEqualTo("another");
  }

  @Test
  void aGroupThatIsGoneLeavesItsMachinesWithoutOne() {
    feed.group(at(2, Yaml.read(Group.class, "metadata: { name: rack, uid: g }")), DELETED);

    assertThat(fleet.groups()).isEmpty();
    assertThat(machine().group()).isEmpty();
  }

  private Machine machine() {
    return fleet.machine(new ObjectKey("homelab", "m1")).orElseThrow();
  }

  private static Node machine(String name, long revision) {
    return at(
        revision,
        Yaml.read(
            Node.class,
            """
            metadata: { name: %s, uid: uid-%s, labels: { group: rack } }
            spec:
              powerState: "on"
              kubernetesNodeName: k-%s
              startupPodSpec: { image: wake }
              shutdownPodSpec: { image: sleep }
            """
                .formatted(name, name, name)));
  }

  private static io.fabric8.kubernetes.api.model.Node kubernetesNode(long revision, boolean ready) {
    return at(
        revision,
        Yaml.read(
            io.fabric8.kubernetes.api.model.Node.class,
            """
            metadata: { name: k-m1, uid: k }
            status: { conditions: [{ type: Ready, status: "%s" }] }
            """
                .formatted(ready ? "True" : "False")));
  }

  private static Job job(long revision, String status) {
    return at(
        revision,
        Yaml.read(
            Job.class,
            """
            metadata:
              name: m1-startup-1
              uid: j
              labels: { app: homelab-autoscaler, type: startup }
              ownerReferences:
                - { apiVersion: infra.homecluster.dev/v1alpha1, kind: Node, name: m1, uid: uid-m1 }
            status: { %s }
            """
                .formatted(status)));
  }

  private static <T extends HasMetadata> T at(long revision, T resource) {
    resource.getMetadata().setNamespace("homelab");
    resource.getMetadata().setResourceVersion(Long.toString(revision));
    return resource;
  }

  private static <T extends HasMetadata> T withUid(String uid, T resource) {
    resource.getMetadata().setUid(uid);
    return resource;
  }
}
