package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What runs on each machine and speaks to the API for it: Kubernetes node and pods. */
final class Kubelet {
  private static final String SYSTEM = "kube-system";

  private final Lab lab;

  Kubelet(Lab lab) {
    this.lab = lab;
  }

  /**
   * Sees to pods from now on.
   *
   * @param up whether the machine behind a Kubernetes node is up
   */
  void start(Predicate<String> up) {
    lab.api()
        .observe(
            change -> {
              if (change.of(Change.PODS) && !change.deleted()) {
                lab.soon(() -> bound(change.as(Pod.class), up));
              }
            });
  }

  private void bound(Pod pod, Predicate<String> up) {
    boolean pending = "Pending".equals(pod.getStatus().getPhase());
    if (pending && !Pods.going(pod) && Pods.node(pod).filter(up).isPresent()) {
      lab.after(0.3, () -> phase(pod, "Pending", "Running", up));
      String work = pod.getMetadata().getAnnotations().get(Pods.RUNS_FOR);
      if (work != null) {
        lab.after(0.3 + Double.parseDouble(work), () -> phase(pod, "Running", "Succeeded", up));
      }
    }
  }

  private void phase(Pod then, String from, String to, Predicate<String> up) {
    PodResource resource =
        lab.client()
            .pods()
            .inNamespace(then.getMetadata().getNamespace())
            .withName(Pods.name(then));
    Pod now = resource.get();
    if (now != null
        && now.getMetadata().getUid().equals(then.getMetadata().getUid())
        && now.getStatus().getPhase().equals(from)
        && !Pods.going(now)
        && up.test(now.getSpec().getNodeName())) {
      resource
          .subresource("status")
          .patch(Lab.MERGE, Json.text(Map.of("status", Map.of("phase", to))));
    }
  }

  /** The Kubernetes node appears, or comes back, and is not Ready yet. */
  void register(SimulatedMachine machine) {
    if (lab.client().nodes().withName(machine.kubernetesNode()).get() == null) {
      lab.client().resource(node(machine)).create();
    } else {
      report(machine, "False", "KubeletNotReady");
    }
  }

  /** The Kubernetes node is Ready, and the DaemonSet's pod comes up on it. */
  void ready(SimulatedMachine machine) {
    report(machine, "True", "KubeletReady");
    lab.client().resource(exporter(machine)).create();
  }

  /**
   * The Kubernetes node is not heard of any more, and what ran on it is gone.
   *
   * @return how many pods were lost that a drain should have seen off
   */
  int die(SimulatedMachine machine) {
    List<Pod> pods =
        lab.api().list(Change.PODS, Pod.class).stream()
            .filter(pod -> Pods.node(pod).filter(machine.kubernetesNode()::equals).isPresent())
            .toList();
    pods.forEach(pod -> lab.client().resource(pod).withGracePeriod(0).delete());
    if (lab.client().nodes().withName(machine.kubernetesNode()).get() != null) {
      report(machine, "Unknown", "NodeStatusUnknown");
    }
    return (int) pods.stream().filter(Pods::evictable).count();
  }

  private void report(SimulatedMachine machine, String ready, String reason) {
    lab.client()
        .nodes()
        .withName(machine.kubernetesNode())
        .subresource("status")
        .patch(
            Lab.MERGE,
            Json.text(Map.of("status", Map.of("conditions", conditions(ready, reason)))));
  }

  private Node node(SimulatedMachine machine) {
    var resources = Rack.resources(machine.cpus(), machine.memoryGi());
    return new NodeBuilder()
        .withNewMetadata()
        .withName(machine.kubernetesNode())
        .addToLabels("kubernetes.io/hostname", machine.kubernetesNode())
        .addToLabels("kubernetes.io/os", "linux")
        .addToLabels("kubernetes.io/arch", machine.cpus() > 2 ? "amd64" : "arm64")
        .endMetadata()
        .withNewSpec()
        .withProviderID(machine.providerId().orElse(null))
        .endSpec()
        .withNewStatus()
        .addToCapacity(resources)
        .addToAllocatable(resources)
        .addAllToConditions(conditions("False", "KubeletNotReady"))
        .endStatus()
        .build();
  }

  private List<NodeCondition> conditions(String ready, String reason) {
    String now = lab.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    var condition =
        new NodeConditionBuilder().withLastHeartbeatTime(now).withLastTransitionTime(now);
    return Stream.concat(
            Stream.of(condition.withType("Ready").withStatus(ready).withReason(reason).build()),
            Stream.of("MemoryPressure", "DiskPressure", "PIDPressure")
                .map(
                    pressure ->
                        condition
                            .withType(pressure)
                            .withStatus("False")
                            .withReason("KubeletHasSufficient")
                            .build()))
        .toList();
  }

  private static Pod exporter(SimulatedMachine machine) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("node-exporter-" + machine.kubernetesNode())
        .withNamespace(SYSTEM)
        .addToLabels("app", "node-exporter")
        .addNewOwnerReference()
        .withApiVersion("apps/v1")
        .withKind("DaemonSet")
        .withName("node-exporter")
        .withUid("daemonset-node-exporter")
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withNewSpec()
        .withNodeName(machine.kubernetesNode())
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus()
        .build();
  }
}
