package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.junit.jupiter.api.Test;

class GroupReaderTest {
  @Test
  void everythingThatAGroupCanSayIsRead() {
    DeclaredGroup group =
        read(
            """
            metadata: { name: rack, namespace: homelab, uid: u1, resourceVersion: "4", generation: 2 }
            spec:
              minSize: 1
              maxSize: 3
              nodeSelector: { rack: a }
              drainPolicy: force
              timeouts: { startup: 10m }
              scaleDownUtilizationThreshold: "70"
              scaleDownGpuUtilizationThreshold: "0.3"
              scaleDownUnneededTime: 10m
              scaleDownUnreadyTime: 20m
              maxNodeProvisionTime: 15m
              zeroOrMaxNodeScaling: false
              ignoreDaemonSetsUtilization: true
            """);

    assertThat(group.invalid()).isEmpty();
    GroupPolicy policy = group.policy();
    assertThat(policy.minSize()).isEqualTo(1);
    assertThat(policy.maxSize()).isEqualTo(OptionalInt.of(3));
    assertThat(policy.nodeSelector()).isEqualTo(Map.of("rack", "a"));
    assertThat(policy.drainPolicy()).isEqualTo(DrainPolicy.FORCE);
    assertThat(policy.timeouts().startup()).contains(Duration.ofMinutes(10));
    assertThat(policy.options().scaleDownUtilizationThreshold()).isEqualTo(OptionalDouble.of(0.7));
    assertThat(policy.options().scaleDownGpuUtilizationThreshold())
        .isEqualTo(OptionalDouble.of(0.3));
    assertThat(policy.options().maxNodeProvisionTime()).contains(Duration.ofMinutes(15));
    assertThat(policy.options().zeroOrMaxNodeScaling()).contains(false);
    assertThat(policy.options().ignoreDaemonSetsUtilization()).contains(true);
  }

  @Test
  void aGroupThatSaysNothingLeavesEverythingToTheClusterAutoscaler() {
    assertThat(read("metadata: { name: rack, namespace: homelab }").policy())
        .isEqualTo(GroupPolicy.NONE);
  }

  @Test
  void whatCannotBeReadIsNamedWithItsFixAndTheRestIsRead() {
    DeclaredGroup group =
        read(
            """
            metadata: { name: rack, namespace: homelab }
            spec:
              minSize: 5
              maxSize: 2
              drainPolicy: hard
              scaleDownUtilizationThreshold: lots
              scaleDownUnneededTime: "10"
              scaleDownUnreadyTime: 20m
            """);

    assertThat(group.invalid())
        .get()
        .asString()
        .contains("spec.minSize: write a number that is not above maxSize")
        .contains("spec.drainPolicy: write fail or force, not \"hard\"")
        .contains("spec.scaleDownUtilizationThreshold: write a fraction")
        .contains("spec.scaleDownUnneededTime: write a duration");
    assertThat(group.policy().options().scaleDownUnreadyTime()).contains(Duration.ofMinutes(20));
    assertThat(group.policy().options().scaleDownUnneededTime()).isEmpty();
    assertThat(group.policy().drainPolicy()).isEqualTo(DrainPolicy.FAIL);
  }

  private static DeclaredGroup read(String yaml) {
    return GroupReader.read(Yaml.read(Group.class, yaml));
  }
}
