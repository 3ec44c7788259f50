package org.homelab.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.testing.Hardware;
import org.homelab.autoscaler.testing.Homelab;
import org.homelab.autoscaler.testing.ProviderClient;

/**
 * What must hold at every look at a group, however far power operations have come: target,
 * instances, desired power and Kubernetes nodes tell the same story, and no safety rule is broken.
 */
final class Agreement {
  private final KubernetesClient client;
  private final Homelab homelab;
  private final Hardware hardware;
  private final ProviderClient provider;
  private final String group;
  private final Set<String> gone = new HashSet<>();

  Agreement(
      KubernetesClient client,
      Homelab homelab,
      Hardware hardware,
      ProviderClient provider,
      String group) {
    this.client = client;
    this.homelab = homelab;
    this.hardware = hardware;
    this.provider = provider;
    this.group = group;
  }

  /** From now on this Kubernetes node is one that the Cluster Autoscaler has given back. */
  void gone(String kubernetesNode) {
    gone.add(kubernetesNode);
  }

  void check() {
    // Kubernetes nodes come first: an instance is known before its node registers.
    List<Node> nodes = registered();
    int target = provider.targetSize(group);
    List<Instance> instances = provider.instances(group);

    assertThat(instances).extracting(Instance::getId).doesNotHaveDuplicates().doesNotContain("");
    assertThat(instances.stream().filter(instance -> !isDeleting(instance)))
        .as("target %s and instances that are not deleting", target)
        .hasSize(target);
    assertThat(homelab.desiredOn()).as("machines with powerState on").isEqualTo(target);
    assertThat(ids(instances))
        .as("instances have the provider ids of registered Kubernetes nodes")
        .containsAll(
            nodes.stream()
                .filter(node -> !gone.contains(node.getMetadata().getName()))
                .map(node -> node.getSpec().getProviderID())
                .toList());
    assertThat(registered().stream().map(node -> node.getSpec().getProviderID()))
        .as("running instances are Kubernetes nodes")
        .containsAll(
            ids(
                instances.stream()
                    .filter(i -> state(i) == InstanceState.instanceRunning)
                    .toList()));
    assertThat(hardware.violations()).isEmpty();
  }

  private List<Node> registered() {
    return client.nodes().withLabel(Api.NODE_GROUP_LABEL, group).list().getItems().stream()
        .filter(node -> node.getSpec().getProviderID() != null)
        .toList();
  }

  private static Set<String> ids(List<Instance> instances) {
    return instances.stream().map(Instance::getId).collect(Collectors.toSet());
  }

  private static boolean isDeleting(Instance instance) {
    return state(instance) == InstanceState.instanceDeleting;
  }

  private static InstanceState state(Instance instance) {
    return instance.getStatus().getInstanceState();
  }
}
