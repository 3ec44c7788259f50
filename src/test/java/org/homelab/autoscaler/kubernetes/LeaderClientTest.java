package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.leader.Leading;
import org.homelab.autoscaler.leader.LeaseRecord;
import org.homelab.autoscaler.leader.LeaseStore;
import org.homelab.autoscaler.leader.LeaseStore.Seen;
import org.homelab.autoscaler.leader.NotLeading;
import org.homelab.autoscaler.simulator.EmbeddedApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a replica may write to the Kubernetes API, and the Lease that decides it. */
class LeaderClientTest {
  private final EmbeddedApi api = new EmbeddedApi(Duration.ZERO);
  private final ApiCalls calls = new ApiCalls();
  private final List<String> written = new CopyOnWriteArrayList<>();
  private KubernetesClient client;
  private TestCluster cluster;

  private record Fixed(boolean leading) implements Leading {
    @Override
    public void whenTaken(Runnable action) {}
  }

  @BeforeEach
  void start() {
    api.start();
    calls.listen((kind, result) -> written.add(kind + " " + result));
    client = api.client();
    cluster = new TestCluster(client);
    cluster.rackWithMachine("on");
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void whoDoesNotLeadReadsAndWritesNothing() {
    try (KubernetesClient idle = LeaderClient.of(client, calls, new Fixed(false))) {
      assertThat(idle.namespaces().withName("default").get()).isNotNull();
      var jobs = new PowerJobs(idle, cluster.feed, PowerPods.RESTRICTED);
      assertThatThrownBy(() -> jobs.startup(cluster.look(), 0)).isInstanceOf(NotLeading.class);
      assertThatThrownBy(() -> idle.nodes().withName("w1").delete()).isInstanceOf(NotLeading.class);
    }
    assertThat(client.batch().v1().jobs().inAnyNamespace().list().getItems()).isEmpty();
    assertThat(written).isEmpty();
  }

  @Test
  void whoLeadsWrites() {
    try (KubernetesClient acting = LeaderClient.of(client, calls, new Fixed(true))) {
      new PowerJobs(acting, cluster.feed, PowerPods.RESTRICTED).startup(cluster.look(), 0);
    }
    assertThat(client.batch().v1().jobs().inAnyNamespace().list().getItems()).hasSize(1);
    assertThat(written).containsExactly("jobs ok");
  }

  @Test
  void aLeaseIsReadAsItWasWrittenAndNeverWrittenOverAnother() throws Exception {
    Instant now = Instant.parse("2026-12-01T08:00:00.123456Z");
    var first = new LeaseRecord(Optional.of("a"), Duration.ofSeconds(15), now, now, 0);
    var second = new LeaseRecord(Optional.empty(), Duration.ofSeconds(1), now, now, 1);
    try (KubernetesLease lease =
        KubernetesLease.of(new ObjectKey("homelab", "lease"), client, calls)) {
      assertThat(lease.read()).isEmpty();
      lease.create(first);
      Seen seen = lease.read().orElseThrow();
      assertThat(seen.lease()).isEqualTo(first);
      assertThatThrownBy(() -> lease.create(first)).isInstanceOf(LeaseStore.Conflict.class);
      lease.replace(second, seen.version());
      assertThat(lease.read().orElseThrow().lease()).isEqualTo(second);
      assertThat(written).containsExactly("leases ok", "leases conflict", "leases ok");
      assertThatThrownBy(() -> lease.replace(first, seen.version()))
          .isInstanceOf(LeaseStore.Conflict.class);
    }
  }

  @Test
  void anApiThatIsAwayIsSaidInOneLine() {
    try (KubernetesLease lease =
        KubernetesLease.of(new ObjectKey("homelab", "lease"), client, calls)) {
      api.close();
      assertThatThrownBy(lease::read)
          .isInstanceOf(LeaseStore.Unavailable.class)
          .hasMessageContaining("does not answer");
    }
  }
}
