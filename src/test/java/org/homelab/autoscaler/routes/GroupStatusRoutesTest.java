package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.kubernetes.FleetFeed;
import org.junit.jupiter.api.Test;

/** What a group says of itself is written by the leader whenever the group is queued. */
class GroupStatusRoutesTest extends RouteTest {
  private static final ObjectKey RACK = new ObjectKey("lab", "rack");

  GroupStatusRoutesTest() {
    super("group-status");
  }

  @Override
  public void configureContext(CamelContextConfiguration configuration) {
    super.configureContext(configuration);
    configuration.replaceRouteFromWith("count-energy", "direct:count-energy");
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    super.bindToRegistry(registry);
    var fleet = new Fleet(ObjectKey::name);
    var rack = new Group();
    rack.getMetadata().setNamespace(RACK.namespace());
    rack.getMetadata().setName(RACK.name());
    new FleetFeed(fleet).group(rack, "APPLIED");
    registry.bind("fleet", fleet);
  }

  @Test
  void aQueuedGroupIsWrittenOnce() {
    queue("groups").add(RACK);
    await().untilAsserted(() -> assertThat(flow.places()).contains("custody.group"));
    await().untilAsserted(() -> assertThat(queue("groups").inFlight()).isZero());
    assertThat(flow.places())
        .containsExactly(
            "reconcile-groups",
            "end-abandoned-order",
            "intents.endAbandoned",
            "group-status",
            "groupStatus.write",
            "custody.group");
    assertThat(flow.bodyAt("groupStatus.write")).isEqualTo(RACK);
    assertThat(queue("groups").delayed()).isZero();
  }

  @Test
  void everyGroupIsLookedAtForItsEnergy() {
    send("direct:count-energy", null);
    await().untilAsserted(() -> assertThat(flow.bodyAt("groupStatus.write")).isEqualTo(RACK));
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
