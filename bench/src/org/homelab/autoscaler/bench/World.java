package org.homelab.autoscaler.bench;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.homelab.autoscaler.testing.ControlPlane;

/**
 * A real API server with so many machines on it, twenty to a group, every other one on and Ready.
 * Nothing but the harness changes the Kubernetes nodes.
 */
final class World implements AutoCloseable {
  static final int IN_A_GROUP = 20;
  private static final int WRITERS = 16;
  private static final Map<String, Quantity> SIZE =
      Map.of("cpu", new Quantity("8"), "memory", new Quantity("32Gi"), "pods", new Quantity("110"));

  private final ControlPlane controlPlane;
  private final KubernetesSerialization yaml = new KubernetesSerialization();
  private final int machines;
  private final String namespace;

  World(Path assets, int machines) throws Exception {
    this.machines = machines;
    this.controlPlane = ControlPlane.start(assets, EnumSet.noneOf(ControlPlane.Part.class));
    controlPlane.applyCrds();
    this.namespace = controlPlane.newNamespace("bench");
    populate();
  }

  ControlPlane controlPlane() {
    return controlPlane;
  }

  KubernetesClient client() {
    return controlPlane.client();
  }

  String namespace() {
    return namespace;
  }

  int machines() {
    return machines;
  }

  /** What a container for so many machines gets. */
  int memoryMebi() {
    return machines <= 1000 ? 256 : 768;
  }

  int groups() {
    return (machines + IN_A_GROUP - 1) / IN_A_GROUP;
  }

  static String group(int number) {
    return "rack-" + number;
  }

  static String machine(int number) {
    return "m%05d".formatted(number);
  }

  /** Whether that machine is on when the bench begins. */
  static boolean on(int number) {
    return number % 2 == 0;
  }

  /** Notes when each Job is first seen, from now on. */
  Watch watchJobs(Map<String, Long> seen) {
    return client().batch().v1().jobs().inNamespace(namespace).watch(new JobTimes(seen));
  }

  private void populate() throws Exception {
    populate(namespace, groups(), machines);
    List<Callable<Object>> writes = new ArrayList<>();
    for (int i = 0; i < machines; i++) {
      int number = i;
      if (on(number)) {
        writes.add(() -> client().resource(kubernetesNode(number)).create());
      }
    }
    all(writes);
  }

  /** Writes so many Groups and Nodes into that namespace. */
  void populate(String namespace, int groups, int machines) throws Exception {
    List<Callable<Object>> writes = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      String manifest = GROUP.formatted(group(i), namespace);
      writes.add(
          () ->
              client()
                  .resource(yaml.unmarshal(manifest, org.homelab.autoscaler.api.Group.class))
                  .create());
    }
    all(writes);
    writes.clear();
    for (int i = 0; i < machines; i++) {
      int number = i;
      writes.add(() -> write(namespace, number));
    }
    all(writes);
  }

  private Object write(String namespace, int number) {
    var node =
        yaml.unmarshal(
            MACHINE.formatted(
                machine(number),
                namespace,
                group(number / IN_A_GROUP),
                on(number) ? "on" : "off",
                machine(number),
                on(number) ? "on" : "off",
                on(number) ? "ready" : "shutdown"),
            org.homelab.autoscaler.api.Node.class);
    var status = node.getStatus();
    var created = client().resource(node).create();
    created.setStatus(status);
    return client().resource(created).updateStatus();
  }

  /** The Kubernetes node of that machine, Ready. */
  Node kubernetesNode(int number) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(machine(number))
        .addToLabels("infra.homecluster.dev/group", group(number / IN_A_GROUP))
        .addToLabels("infra.homecluster.dev/node", machine(number))
        .addToLabels("kubernetes.io/hostname", machine(number))
        .endMetadata()
        .withNewSpec()
        .withProviderID("homelab://" + machine(number))
        .endSpec()
        .withNewStatus()
        .withCapacity(SIZE)
        .withAllocatable(SIZE)
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .withReason("KubeletReady")
        .endCondition()
        .endStatus()
        .build();
  }

  /** Does all that, some of it at once. */
  static void all(List<Callable<Object>> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
    try {
      int done = 0;
      for (Future<Object> one : pool.invokeAll(work)) {
        one.get();
        done++;
      }
      Bench.progress("wrote " + done + " objects");
    } finally {
      pool.shutdownNow();
    }
  }

  @Override
  public void close() {
    controlPlane.close();
  }

  private static final String GROUP =
      """
      apiVersion: infra.homecluster.dev/v1alpha1
      kind: Group
      metadata: {name: %s, namespace: %s}
      spec: {minSize: 0}
      """;

  private static final String MACHINE =
      """
      apiVersion: infra.homecluster.dev/v1alpha1
      kind: Node
      metadata: {name: %s, namespace: %s, labels: {group: %s}}
      spec:
        powerState: "%s"
        kubernetesNodeName: %s
        startupPodSpec: {image: "power:1", command: [wake]}
        shutdownPodSpec: {image: "power:1", command: [sleep]}
      status: {powerState: "%s", progress: %s}
      """;
}
