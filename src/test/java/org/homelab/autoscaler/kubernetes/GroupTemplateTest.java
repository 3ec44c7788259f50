package org.homelab.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTemplateNodeInfoRequest;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.cloudprovider.ProviderSettings;
import org.homelab.autoscaler.cloudprovider.wire.WireNode;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.junit.jupiter.api.Test;

/** Scale from zero for machines that have never joined and say nothing of themselves. */
class GroupTemplateTest {
  @Test
  void theGroupsTemplateStandsInForMachinesThatDeclareNone() throws Exception {
    var yaml = new KubernetesSerialization();
    var fleet = new Fleet(ObjectKey::name);
    var feed = new FleetFeed(fleet);
    feed.group(
        yaml.unmarshal(
            """
            apiVersion: infra.homecluster.dev/v1alpha1
            kind: Group
            metadata: {namespace: lab, name: rack, uid: rack, resourceVersion: "1"}
            spec:
              template:
                capacity: {cpu: "8", memory: 32Gi, nvidia.com/gpu: "1"}
                labels: {accelerator: tesla, disk: nvme}
                taints: [{key: gpu, value: "yes", effect: NoSchedule}]
            """,
            Group.class),
        "APPLIED");
    feed.machine(
        yaml.unmarshal(
            """
            apiVersion: infra.homecluster.dev/v1alpha1
            kind: Node
            metadata: {namespace: lab, name: atlas, uid: atlas, resourceVersion: "2", labels: {group: rack}}
            spec: {powerState: "off", kubernetesNodeName: atlas, startupPodSpec: {image: a}, shutdownPodSpec: {image: a}}
            """,
            Node.class),
        "APPLIED");
    var provider =
        new CloudProviderService(
            fleet, null, Clock.systemUTC(), ProviderSettings.STANDARD, () -> true, () -> true);

    WireNode node =
        WireNode.parseFrom(
            provider
                .nodeGroupTemplateNodeInfo(
                    NodeGroupTemplateNodeInfoRequest.newBuilder().setId("rack").build())
                .getNodeBytes());

    assertThat(node.getStatus().getAllocatableMap().get("nvidia.com/gpu").getString())
        .isEqualTo("1");
    assertThat(node.getStatus().getAllocatableMap().get("memory").getString()).isEqualTo("32Gi");
    assertThat(node.getMetadata().getLabelsMap())
        .containsEntry("accelerator", "tesla")
        .containsEntry("disk", "nvme");
    assertThat(node.getSpec().getTaints(0).getKey()).isEqualTo("gpu");
  }
}
