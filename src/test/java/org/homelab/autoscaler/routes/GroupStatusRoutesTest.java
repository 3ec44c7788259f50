package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.homelab.autoscaler.fleet.ObjectKey;
import org.junit.jupiter.api.Test;

/** What a group says of itself is written by the leader whenever the group is queued. */
class GroupStatusRoutesTest extends RouteTest {
  private static final ObjectKey RACK = new ObjectKey("lab", "rack");

  GroupStatusRoutesTest() {
    super("group-status");
  }

  @Test
  void aQueuedGroupIsWrittenOnce() {
    queue("groups").add(RACK);
    await().untilAsserted(() -> assertThat(flow.places()).contains("groupStatus.write"));
    await().untilAsserted(() -> assertThat(queue("groups").inFlight()).isZero());
    assertThat(flow.places())
        .containsExactly("reconcile-groups", "group-status", "groupStatus.write");
    assertThat(flow.bodyAt("groupStatus.write")).isEqualTo(RACK);
    assertThat(queue("groups").delayed()).isZero();
  }

  @Test
  void aFailedWriteIsTriedAgain() {
    flow.breakOnceAt("groupStatus.write");
    queue("groups").add(RACK);
    await()
        .untilAsserted(
            () -> assertThat(flow.places()).filteredOn("groupStatus.write"::equals).hasSize(2));
  }
}
