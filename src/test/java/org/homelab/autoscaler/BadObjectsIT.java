package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.homelab.autoscaler.kubernetes.ApiCalls;
import org.homelab.autoscaler.kubernetes.Connection;
import org.homelab.autoscaler.testing.ControlPlane;
import org.homelab.autoscaler.testing.Effort;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.Mutations;
import org.homelab.autoscaler.testing.NeedsControlPlane;
import org.homelab.autoscaler.testing.Proof;
import org.homelab.autoscaler.testing.Proof.Tried;
import org.homelab.autoscaler.testing.Proves;
import org.homelab.autoscaler.testing.ProviderClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Groups and Nodes as a bad day writes them: what the API server takes, nobody else suffers for.
 */
@NeedsControlPlane
@Proves("no Group or Node that the API server takes stops another or is written without end")
class BadObjectsIT {
  private static final int OBJECTS = Effort.atLength() ? 1_000 : 120;
  private static final String LOOKS = "homelab_reconcile_duration_seconds_count";
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane controlPlane;
  private final AtomicInteger writes = new AtomicInteger();
  private final ApiCalls calls = new ApiCalls();
  private Homelab homelab;

  BadObjectsIT(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @AfterEach
  void reset() {
    controlPlane.reset();
  }

  @Test
  void noBadObjectStopsAnotherOrIsLookedAtWithoutEnd() throws Exception {
    calls.listen((kind, result) -> writes.incrementAndGet());
    controlPlane.applyCrds();
    homelab = new Homelab(controlPlane.client(), controlPlane.newNamespace("bad"));
    homelab.group("rack");
    homelab.machine("good", "rack", "good-1", Optional.empty());
    misfits();
    int accepted = mutants(new Random(11 + new Effort().firstSeed()));
    assertThat(accepted).isBetween(OBJECTS / 12, OBJECTS - 1);
    try (KubernetesClient client = client();
        InProcess application = new InProcess(client, homelab.namespace()).counting(calls).start();
        ProviderClient ca = new ProviderClient(application.grpcPort())) {
      await("refresh").atMost(SOON).ignoreExceptions().until(() -> refreshed(ca));
      homelab.want("good", "on");
      await("startup Job of the good machine")
          .atMost(SOON)
          .until(() -> homelab.powerJobs("good-1", "startup").size() == 1);
      ca.refresh();
      await("all kinds of bad are told")
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(reasons()).contains("InvalidSpec", "DuplicateMachine", "NoGroup"));
      await("quiet").atMost(SOON).until(() -> quiet(application));
      assertThat(application.metric(LOOKS)).as("looks at all objects").isGreaterThan(accepted);
      Proof.of(BadObjectsIT.class).tried(Tried.OBJECTS, OBJECTS);
    }
  }

  private static boolean refreshed(ProviderClient ca) {
    ca.refresh();
    return true;
  }

  private Set<String> reasons() {
    return homelab.machines().stream()
        .flatMap(node -> Stream.ofNullable(node.getStatus()))
        .flatMap(status -> Stream.ofNullable(status.reason()))
        .collect(Collectors.toSet());
  }

  /** One of each kind that only the operator can see through, whatever chance brings besides. */
  private void misfits() {
    homelab.machine("lost", "no-such-group", "lost", Optional.empty());
    homelab.machine("twin-1", "rack", "twin", Optional.empty());
    homelab.machine("twin-2", "rack", "twin", Optional.empty());
    homelab.apply(
        """
        apiVersion: infra.homecluster.dev/v1alpha1
        kind: Node
        metadata: { name: odd, labels: { group: rack } }
        spec: { kubernetesNodeName: odd, powerState: "off", power: { recipe: no-such-recipe } }
        """);
  }

  /** Objects made of a good one by changes that their schema gives, as far as they are accepted. */
  private int mutants(Random random) {
    var mutations = new Mutations(random);
    int accepted = 0;
    for (int i = 0; i < OBJECTS; i++) {
      String kind = i % 5 == 0 ? "Group" : "Node";
      GenericKubernetesResource mutant = mutations.mutant(kind, "mutant-" + i);
      try {
        controlPlane.client().resource(mutant).inNamespace(homelab.namespace()).create();
        accepted++;
      } catch (KubernetesClientException refused) {
        assertThat(refused.getCode()).as(refused.getMessage()).isBetween(400, 422);
      }
    }
    return accepted;
  }

  /** Whether for a while nothing is written over and over, and nothing is looked at so either. */
  private boolean quiet(InProcess application) throws Exception {
    int before = writes.get();
    double looks = application.metric(LOOKS);
    try {
      await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(3))
          .until(() -> writes.get() - before < 10 && application.metric(LOOKS) - looks < 20);
      return true;
    } catch (org.awaitility.core.ConditionTimeoutException stillBusy) {
      return false;
    }
  }

  private KubernetesClient client() throws IOException {
    return Connection.of(Config.fromKubeconfig(Files.readString(controlPlane.kubeconfig())), calls);
  }
}
