package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodTallyTest {
  private final PodTally tally = new PodTally();

  private void there(Pod pod) {
    tally.pod(pod, "APPLIED");
  }

  private static PodBuilder pod(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("one")
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity("900m"), "memory", new Quantity("1Gi")))
        .endResources()
        .endContainer()
        .addNewContainer()
        .withName("two")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus();
  }

  private static Pod on(String name, String node) {
    return pod(name).editSpec().withNodeName(node).endSpec().build();
  }

  @Test
  void aPodWaitsUntilItIsBoundAndCountsWhereItRuns() {
    there(pod("web").build());
    assertThat(tally.waiting()).isEqualTo(1);
    assertThat(tally.waiting(3)).containsExactly("default/web");

    there(on("web", "atlas"));
    there(on("web", "atlas"));
    assertThat(tally.waiting()).isZero();
    assertThat(tally.on("atlas")).isEqualTo(new PodTally.Load(1, 1, 900, 1L << 30));
  }

  @Test
  void whatHasEndedOrGoneCountsNoMore() {
    there(on("web", "atlas"));
    there(on("build", "atlas"));
    tally.pod(on("web", "atlas"), "DELETED");
    there(
        pod("build")
            .editSpec()
            .withNodeName("atlas")
            .endSpec()
            .editStatus()
            .withPhase("Succeeded")
            .endStatus()
            .build());

    assertThat(tally.on("atlas")).isEqualTo(PodTally.Load.NONE);
  }

  @Test
  void podsOfDaemonSetsStayWithTheMachine() {
    Pod exporter =
        pod("exporter")
            .editSpec()
            .withNodeName("atlas")
            .endSpec()
            .editMetadata()
            .addNewOwnerReference()
            .withKind("DaemonSet")
            .endOwnerReference()
            .endMetadata()
            .build();
    there(exporter);

    assertThat(tally.on("atlas").pods()).isEqualTo(1);
    assertThat(tally.on("atlas").mustGo()).isZero();
  }
}
