package org.homelab.autoscaler.conformance;

import static org.homelab.autoscaler.conformance.Homelab.NAMESPACE;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.homelab.autoscaler.api.Group;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeStatus;
import org.homelab.autoscaler.testing.ProviderClient;

/**
 * A group and its machines in the states that a case needs. A machine {@code a} of group {@code
 * c50} is the Node {@code c50-a} and joins as the Kubernetes node {@code a.c50.lan}.
 */
final class Shelf {
  private final Homelab homelab;
  private final ProviderClient ca;
  private final Machines machines;
  private final String id;

  Shelf(Homelab homelab, String group, String spec, Machines.Names names) {
    this.homelab = homelab;
    this.ca = homelab.ca();
    this.id = group;
    this.machines = new Machines(homelab.kubectl(), group, names);
    machines.create(
        Group.class,
        """
        apiVersion: infra.homecluster.dev/v1alpha1
        kind: Group
        metadata: {name: %s}
        spec: %s
        """
            .formatted(group, spec));
    Homelab.until(group, () -> find().isPresent());
  }

  String id() {
    return id;
  }

  Machines machines() {
    return machines;
  }

  private Optional<NodeGroup> find() {
    return ca.groups().stream().filter(group -> group.getId().equals(id)).findFirst();
  }

  NodeGroup told() {
    return find().orElseThrow();
  }

  int target() {
    return ca.targetSize(id);
  }

  List<Instance> instances() {
    return ca.instances(id);
  }

  /** Instance ids with their states. */
  Map<String, InstanceState> states() {
    return instances().stream()
        .collect(Collectors.toMap(Instance::getId, one -> one.getStatus().getInstanceState()));
  }

  /** State of one machine, by its short name. */
  InstanceState state(String machine) {
    return states().getOrDefault(idOf(machine), InstanceState.unspecified);
  }

  /** Everything that an order which is refused must not change. */
  Object picture() {
    Map<String, Object> intents = new TreeMap<>();
    homelab.kubectl().resources(Node.class).inNamespace(NAMESPACE).list().getItems().stream()
        .filter(node -> id.equals(node.getMetadata().getLabels().get("group")))
        .forEach(node -> intents.put(node.getMetadata().getName(), node.getSpec().powerState()));
    return List.of(target(), instances(), intents);
  }

  /** Id of a machine that joined without one. */
  String idOf(String machine) {
    return "homelab://" + machines.name(machine);
  }

  /** The Kubernetes node of a machine, as CA tells of it. */
  ExternalGrpcNode real(String machine) {
    return ProviderClient.real(machines.kubernetesNode(machine));
  }

  /** What CA makes up for a machine without a Kubernetes node. */
  ExternalGrpcNode fake(String machine, String reason) {
    return ProviderClient.fake(idOf(machine), reason);
  }

  /** Machines that are off and have been looked at. */
  Shelf off(String... names) {
    for (String name : names) {
      declared(name, "");
    }
    return this;
  }

  /** A machine that is off, with more lines of its spec. */
  Shelf declared(String name, String spec) {
    machines.describe(name, "off", spec);
    untilStatus(name, status -> "shutdown".equals(status.progress()));
    return this;
  }

  /** Machines at work, which joined without a provider id and got ours. */
  Shelf ready(String... names) {
    for (String name : names) {
      joined(name, "", "");
    }
    return this;
  }

  /** A machine at work. */
  Shelf joined(String name, String providerId, String spec) {
    machines.join(name, providerId, Map.of());
    machines.describe(name, "on", spec);
    String expected = providerId.isEmpty() ? idOf(name) : providerId;
    Homelab.until(name + " runs", () -> states().get(expected) == InstanceState.instanceRunning);
    untilStatus(name, status -> "ready".equals(status.progress()));
    return this;
  }

  /** Machines whose startup Job runs. */
  Shelf booting(String... names) {
    off(names);
    for (String name : names) {
      machines.want(name, "on");
      untilGiven(name);
    }
    return this;
  }

  /** Machines that were asked for and that an earlier Job keeps from being powered on. */
  Shelf queued(String... names) {
    off(names);
    for (String name : names) {
      machines.earlierJob(name);
    }
    Homelab.until(id + " can grow no more", () -> told().getMaxSize() == target());
    for (String name : names) {
      machines.want(name, "on");
      Homelab.until(name + " counts", () -> state(name) == InstanceState.instanceCreating);
    }
    return this;
  }

  /** Machines whose startup Job failed a moment ago. */
  Shelf failed(String... names) {
    booting(names);
    for (String name : names) {
      machines.endJob(name, "Failed", "no route to the BMC");
      Homelab.until(name + " failed", () -> error(name));
    }
    return this;
  }

  private boolean error(String name) {
    return instances().stream()
        .anyMatch(one -> one.getId().equals(idOf(name)) && one.getStatus().hasErrorInfo());
  }

  /** Machines that CA gave up and that are being switched off. */
  Shelf leaving(String... names) {
    ready(names);
    for (String name : names) {
      ca.delete(id, real(name));
      untilGiven(name);
    }
    return this;
  }

  void untilGiven(String name) {
    untilStatus(name, status -> status.operation() != null && status.operation().job() != null);
  }

  void untilStatus(String name, Predicate<NodeStatus> holds) {
    Homelab.until(
        name,
        () -> {
          NodeStatus status = machines.node(name).getStatus();
          return status != null && holds.test(status);
        });
  }
}
