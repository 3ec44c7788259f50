package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata: { name: bare }",
        "metadata: { name: web, ownerReferences: [{ kind: ReplicaSet, name: web }] }",
        "metadata: { name: db-0, ownerReferences: [{ kind: StatefulSet, name: db }] }",
        "metadata: { name: job, ownerReferences: [{ kind: Job, name: m2-startup-1 }] }",
        "metadata: { name: scratch }\nspec: { volumes: [{ name: tmp, emptyDir: {} }] }",
        "metadata: { name: pending }\nstatus: { phase: Pending }",
        "metadata: { name: lost }\nstatus: { phase: Unknown }",
      })
  void whatSomebodyWouldMissMustGo(String pod) {
    assertThat(PodKind.missed(Yaml.read(Pod.class, pod))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata: { name: cni, ownerReferences: [{ kind: DaemonSet, name: cni }] }",
        "metadata: { name: static, annotations: { kubernetes.io/config.mirror: abc } }",
        "metadata: { name: done }\nstatus: { phase: Succeeded }",
        "metadata: { name: dead }\nstatus: { phase: Failed }",
      })
  void whatLivesAndDiesWithItsNodeStays(String pod) {
    assertThat(PodKind.missed(Yaml.read(Pod.class, pod))).isFalse();
  }
}
