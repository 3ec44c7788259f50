package org.homelab.autoscaler.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
  @Test
  void aTemplateKeepsWhatIsTrueOfAMachineThatIsOffAndOnAgain() {
    KubernetesNode box =
        node("box")
            .label("kubernetes.io/hostname", "box")
            .label("infra.homecluster.dev/node", "m1")
            .label("infra.homecluster.dev/group", "rack")
            .label("kubernetes.io/arch", "arm64")
            .taint("gpu", "yes", "NoSchedule")
            .taint("node.kubernetes.io/unschedulable", "", "NoSchedule")
            .taint("node.kubernetes.io/not-ready", "", "NoExecute")
            .taint("ToBeDeletedByClusterAutoscaler", "1", "NoSchedule")
            .taint("DeletionCandidateOfClusterAutoscaler", "1", "PreferNoSchedule")
            .build();
    Template template = Template.of(box);
    assertThat(template.labels())
        .isEqualTo(Map.of("infra.homecluster.dev/group", "rack", "kubernetes.io/arch", "arm64"));
    assertThat(template.taints()).containsExactly(new Taint("gpu", "yes", "NoSchedule"));
    assertThat(template.capacity()).isEqualTo(Map.of("cpu", "4"));
    assertThat(template.allocatable()).isEqualTo(Map.of("cpu", "3900m"));
  }

  @Test
  void aMarkOfTheClusterAutoscalerIsSeen() {
    assertThat(node("box").taint(Taint.TO_BE_DELETED, "1", "NoSchedule").build().toBeDeleted())
        .isTrue();
    assertThat(node("box").build().toBeDeleted()).isFalse();
  }

  @Test
  void bothNamesOfAControlPlaneRoleCount() {
    assertThat(node("box").label("node-role.kubernetes.io/control-plane", "").build())
        .matches(KubernetesNode::controlPlane);
    assertThat(node("box").label("node-role.kubernetes.io/master", "true").build())
        .matches(KubernetesNode::controlPlane);
    assertThat(node("box").label("node-role.kubernetes.io/worker", "").build().controlPlane())
        .isFalse();
  }
}
