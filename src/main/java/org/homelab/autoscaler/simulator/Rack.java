package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.GroupSpec;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeSpec;
import org.homelab.autoscaler.api.NodeTemplate;
import org.homelab.autoscaler.api.Power;
import org.homelab.autoscaler.api.PowerPodSpec;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.api.Timeouts;

/** The machines of the simulation and how a user would have declared them; all are off. */
final class Rack {
  /** Where Groups, Nodes and power Jobs live. */
  static final String NAMESPACE = "homelab-autoscaler-system";

  /** The Kubernetes node that is always on. */
  static final String CONTROL_PLANE = "helm";

  /** Label of a control-plane node. */
  static final String CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane";

  private static final String COMPUTE = "compute";
  private static final String EDGE = "edge";

  private static final List<SimulatedMachine> MACHINES =
      List.of(
          compute("atlas", 4, true),
          compute("boreas", 6, true),
          compute("castor", 9, true),
          compute("draco", 5, false),
          new SimulatedMachine("ember", EDGE, "pi-ember", Optional.empty(), 3, 2, 4, true),
          new SimulatedMachine(
              "flint", EDGE, "flint", Optional.of("k3s://flint"), 3.5, 2, 4, true));

  private final Pace pace;

  Rack(Pace pace) {
    this.pace = pace;
  }

  List<SimulatedMachine> machines() {
    return MACHINES;
  }

  /** Writes it all to the API. */
  void install(KubernetesClient client) {
    for (String namespace : List.of("kube-system", NAMESPACE)) {
      client
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
    }
    client.resource(controlPlane()).create();
    List.of(COMPUTE, EDGE).forEach(name -> client.resource(group(name)).create());
    MACHINES.forEach(machine -> client.resource(node(machine)).create());
  }

  private static SimulatedMachine compute(String name, double bootSeconds, boolean joins) {
    return new SimulatedMachine(name, COMPUTE, name, Optional.empty(), bootSeconds, 4, 16, joins);
  }

  private static io.fabric8.kubernetes.api.model.Node controlPlane() {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(CONTROL_PLANE)
        .addToLabels("kubernetes.io/hostname", CONTROL_PLANE)
        .addToLabels(CONTROL_PLANE_LABEL, "")
        .endMetadata()
        .withNewSpec()
        .withProviderID("k3s://" + CONTROL_PLANE)
        .addNewTaint()
        .withKey(CONTROL_PLANE_LABEL)
        .withEffect("NoSchedule")
        .endTaint()
        .endSpec()
        .withNewStatus()
        .addToCapacity(resources(2, 4))
        .addToAllocatable(resources(2, 4))
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .withReason("KubeletReady")
        .endCondition()
        .endStatus()
        .build();
  }

  private Group group(String name) {
    var group = new Group();
    group.setMetadata(new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build());
    group.setSpec(
        new GroupSpec(
            0,
            null,
            null,
            timeouts(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    return group;
  }

  /** Seconds where a real homelab would write minutes, so that a failure is seen soon. */
  private Timeouts timeouts() {
    return new Timeouts(seconds(15), seconds(20), seconds(20));
  }

  private String seconds(int simulated) {
    return pace.of(Duration.ofSeconds(simulated)).toMillis() + "ms";
  }

  private static Node node(SimulatedMachine machine) {
    var node = new Node();
    node.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(NAMESPACE)
            .withName(machine.name())
            .addToLabels(Api.GROUP_LABEL, machine.group())
            .build());
    node.setSpec(
        new NodeSpec(
            PowerState.OFF,
            machine.kubernetesNode(),
            machine.providerId().orElse(null),
            pod("etherwake", "-b", "52:54:00:5e:1a:0" + MACHINES.indexOf(machine)),
            pod("ssh", "root@" + machine.kubernetesNode(), "poweroff"),
            new NodeSpec.Pricing(machine.group().equals(EDGE) ? "0.002" : "0.021", "0.001"),
            null,
            null,
            machine.group().equals(EDGE) ? template(machine) : null,
            null,
            null,
            watts(machine)));
    return node;
  }

  private static Power watts(SimulatedMachine machine) {
    Power.Watts watts =
        machine.group().equals(EDGE)
            ? new Power.Watts(3.0, 7.5, 0.4)
            : new Power.Watts(22.0, 95.0, 1.6);
    return new Power(null, null, null, null, null, null, watts);
  }

  /** Compute declares none: what its machines look like is learnt when the first has joined. */
  private static NodeTemplate template(SimulatedMachine machine) {
    return new NodeTemplate(
        Map.of("kubernetes.io/arch", "arm64", "kubernetes.io/os", "linux"),
        null,
        null,
        resources(machine.cpus(), machine.memoryGi()),
        resources(machine.cpus(), machine.memoryGi()),
        null);
  }

  /** Capacity of a machine. */
  static Map<String, Quantity> resources(int cpus, int memoryGi) {
    return Map.of(
        "cpu", new Quantity(String.valueOf(cpus)),
        "memory", new Quantity(memoryGi + "Gi"),
        "pods", new Quantity("20"));
  }

  private static PowerPodSpec pod(String... command) {
    return new PowerPodSpec(
        "registry.home.arpa/power-tools:1",
        List.of(command),
        null,
        null,
        null,
        120,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
