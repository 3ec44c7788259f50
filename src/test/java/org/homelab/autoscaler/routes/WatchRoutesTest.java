package org.homelab.autoscaler.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.camel.Headers;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Touched;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Kubernetes tells ends as keys on the queues of machines and groups. */
class WatchRoutesTest extends RouteTest {
  static final List<String> EDGES =
      List.of(
          "watch-groups", "watch-machines", "watch-kubernetes-nodes", "watch-power-jobs", "resync");

  WatchRoutesTest() {
    super("watch");
  }

  @Override
  public void configureContext(CamelContextConfiguration configuration) {
    super.configureContext(configuration);
    EDGES.forEach(route -> configuration.replaceRouteFromWith(route, "direct:" + route));
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    super.bindToRegistry(registry);
    var fleet = new Fleet(ObjectKey::name);
    fleet.apply(DeclaredBuilder.declared("atlas").build());
    fleet.apply(DeclaredBuilder.declared("borea").build());
    registry.bind("fleet", fleet);
  }

  @BeforeEach
  void emptyQueues() {
    drained("machines");
    drained("groups");
  }

  static Stream<Arguments> watches() {
    var kubernetesNode = new NodeBuilder().withNewMetadata().withName("m1").endMetadata().build();
    var job = new JobBuilder().withNewMetadata().withName("m1-startup-1").endMetadata().build();
    return Stream.of(
        Arguments.of("watch-groups", new Group(), List.of("feed.group", "healthChecks.follow")),
        Arguments.of("watch-machines", new Node(), List.of("feed.machine", "healthChecks.follow")),
        Arguments.of("watch-kubernetes-nodes", kubernetesNode, List.of("feed.kubernetesNode")),
        Arguments.of("watch-power-jobs", job, List.of("feed.job")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("watches")
  void aChangeIsTakenInAndWhatItTouchesIsQueued(String route, Object resource, List<String> beans) {
    Exchange done = change(route, resource, "APPLIED");
    assertThat(done.getException()).isNull();
    var way = new ArrayList<>(List.of(route));
    way.addAll(beans);
    way.add("look-again");
    assertThat(flow.places()).containsExactlyElementsOf(way);
    assertThat(flow.bodyAt(beans.get(0))).isEqualTo(new Beans.Change(resource, "APPLIED"));
    assertThat(drained("machines")).containsExactlyInAnyOrderElementsOf(Beans.TOUCHED.machines());
    assertThat(drained("groups")).containsExactlyInAnyOrderElementsOf(Beans.TOUCHED.groups());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("watches")
  void whatCannotBeTakenInQueuesNothingAndTheInformerLearnsOfIt(
      String route, Object resource, List<String> beans) {
    flow.breakAt(beans.get(beans.size() - 1));
    Exchange failed = change(route, resource, "DELETED");
    assertThat(failed.getException()).isInstanceOf(Flow.Broken.class);
    assertThat(flow.places()).doesNotContain("look-again");
    assertThat(drained("machines")).isEmpty();
    assertThat(drained("groups")).isEmpty();
  }

  @Test
  void theHealthChecksFollowTheMachinesThatWereTouched() {
    change("watch-machines", new Node(), "DELETED");
    assertThat(flow.bodyAt("healthChecks.follow")).isEqualTo(Beans.TOUCHED);
  }

  @Test
  void nothingTouchedIsNothingQueued() {
    Exchange done = send("direct:look-again", Touched.NOTHING);
    assertThat(done.getException()).isNull();
    assertThat(drained("machines")).isEmpty();
    assertThat(drained("groups")).isEmpty();
  }

  @Test
  void aResyncLooksAtEverything() {
    Exchange done = send("direct:resync", null);
    assertThat(done.getException()).isNull();
    assertThat(flow.places()).containsExactly("resync", "look-again");
    assertThat(drained("machines"))
        .containsExactlyInAnyOrder(new ObjectKey("lab", "atlas"), new ObjectKey("lab", "borea"));
  }

  @Test
  void aNewLeaderLooksAtEverything() {
    Exchange done = send("direct:take-over", null);
    assertThat(done.getException()).isNull();
    assertThat(flow.places()).containsExactly("take-over", "look-again");
    assertThat(drained("machines"))
        .containsExactlyInAnyOrder(new ObjectKey("lab", "atlas"), new ObjectKey("lab", "borea"));
  }

  private Exchange change(String route, Object resource, String action) {
    return template.request(
        "direct:" + route,
        exchange -> {
          exchange.getMessage().setBody(resource);
          exchange.getMessage().setHeader(Headers.ACTION, action);
        });
  }

  private List<Object> drained(String name) {
    var keys = new ArrayList<>();
    for (Optional<Object> key = queue(name).poll(); key.isPresent(); key = queue(name).poll()) {
      keys.add(key.get());
      queue(name).succeeded(key.get());
    }
    return keys;
  }
}
