package org.homelab.autoscaler.simulator;

import clusterautoscaler.cloudprovider.v1.externalgrpc.CloudProviderGrpc.CloudProviderImplBase;
import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceErrorInfo;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupDeleteNodesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupIncreaseSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsResponse;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.RefreshResponse;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A small operator to try the simulation on, honest or with one defect. */
final class StubOperator extends CloudProviderImplBase implements AutoCloseable {
  /** What it does wrong. */
  enum Defect {
    NOTHING,
    POWERS_OFF_UNDER_PODS,
    NEVER_POWERS_OFF,
    GIVES_COMMANDS_TWICE,
    LIES_ABOUT_THE_TARGET
  }

  private enum Step {
    OFF,
    STARTING,
    READY,
    FAILED,
    DRAINING,
    STOPPING
  }

  private static final class Box {
    private final SimulatedMachine machine;
    private Step step = Step.OFF;
    private boolean desired;
    private Instant began = Instant.MIN;

    Box(SimulatedMachine machine) {
      this.machine = machine;
    }

    String id() {
      return machine.providerId().orElse("homelab://" + machine.name());
    }
  }

  private final Defect defect;
  private final Pace pace;
  private final KubernetesClient client;
  private final Map<String, Box> boxes = new TreeMap<>();
  private final Server server;
  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private int commands;

  StubOperator(Config config, Pace pace, Defect defect) {
    this.defect = defect;
    this.pace = pace;
    client =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(config).withRequestRetryBackoffLimit(0).build())
            .build();
    new Rack(pace).machines().forEach(machine -> boxes.put(machine.name(), new Box(machine)));
    try {
      server = ServerBuilder.forPort(0).addService(this).build().start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    long pause = pace.seconds(0.3).toNanos();
    var unused = loop.scheduleWithFixedDelay(this::look, 0, pause, TimeUnit.NANOSECONDS);
  }

  int port() {
    return server.getPort();
  }

  private synchronized void look() {
    for (Box box : boxes.values()) {
      try {
        look(box, Optional.ofNullable(client.nodes().withName(node(box)).get()));
      } catch (KubernetesClientException refused) {
        // Tried again at the next look.
        assert refused.getCode() != 0;
      }
    }
  }

  private void look(Box box, Optional<Node> node) {
    boolean ready = node.filter(Nodes::ready).isPresent();
    switch (box.step) {
      case OFF -> {
        if (box.desired) {
          command(box, "startup");
          enter(box, Step.STARTING, "", "startingup");
        } else if (box.began.equals(Instant.MIN)) {
          enter(box, Step.OFF, "off", "shutdown");
        }
      }
      case STARTING -> {
        if (ready) {
          register(box, node.get());
          enter(box, Step.READY, "on", "ready");
        } else if (past(box, 30)) {
          enter(box, Step.FAILED, "", "shutdown");
        }
      }
      case READY -> {
        if (!box.desired && defect != Defect.NEVER_POWERS_OFF) {
          patch(box, "{\"spec\":{\"unschedulable\":true}}");
          enter(box, Step.DRAINING, "on", "shuttingdown");
        }
      }
      case DRAINING -> {
        if (drained(box) || defect == Defect.POWERS_OFF_UNDER_PODS) {
          command(box, "shutdown");
          enter(box, Step.STOPPING, "", "shuttingdown");
        }
      }
      case FAILED -> {
        if (ready) {
          enter(box, Step.READY, "on", "ready");
        } else if (!box.desired) {
          command(box, "shutdown");
          enter(box, Step.STOPPING, "", "shuttingdown");
        }
      }
      case STOPPING -> {
        if (!ready && jobsAreOver(box)) {
          node.ifPresent(left -> client.resource(left).delete());
          enter(box, Step.OFF, "off", "shutdown");
        }
      }
    }
  }

  private boolean jobsAreOver(Box box) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(Rack.NAMESPACE)
        .withLabel("node", node(box))
        .list()
        .getItems()
        .stream()
        .allMatch(job -> job.getStatus() != null && !job.getStatus().getConditions().isEmpty());
  }

  private boolean past(Box box, double seconds) {
    Duration limit = pace.seconds(seconds);
    return Instant.now().isAfter(box.began.plus(limit));
  }

  private boolean drained(Box box) {
    List<Pod> left =
        client
            .pods()
            .inAnyNamespace()
            .withField("spec.nodeName", node(box))
            .list()
            .getItems()
            .stream()
            .filter(Pods::evictable)
            .toList();
    for (Pod pod : left) {
      var meta =
          new EvictionBuilder()
              .withNewMetadata()
              .withName(Pods.name(pod))
              .withNamespace(pod.getMetadata().getNamespace())
              .endMetadata()
              .build();
      client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(Pods.name(pod))
          .evict(meta);
    }
    return left.isEmpty();
  }

  private void register(Box box, Node node) {
    if (Nodes.providerId(node).isEmpty()) {
      patch(box, "{\"spec\":{\"providerID\":\"" + box.id() + "\"}}");
    }
  }

  private void patch(Box box, String patch) {
    client.nodes().withName(node(box)).patch(Lab.MERGE, patch);
  }

  private void command(Box box, String type) {
    int times = defect == Defect.GIVES_COMMANDS_TWICE ? 2 : 1;
    for (int i = 0; i < times; i++) {
      client.resource(job(box, type)).create();
    }
  }

  private io.fabric8.kubernetes.api.model.batch.v1.Job job(Box box, String type) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(box.machine.name() + "-" + type + "-" + ++commands)
        .withNamespace(Rack.NAMESPACE)
        .addToLabels("app", "homelab-autoscaler")
        .addToLabels("node", node(box))
        .addToLabels("type", type)
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addNewMatchField()
        .withKey("metadata.name")
        .withOperator("NotIn")
        .withValues(node(box))
        .endMatchField()
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private void enter(Box box, Step step, String power, String progress) {
    box.step = step;
    box.began = Instant.now();
    client
        .resources(org.homelab.autoscaler.api.Node.class)
        .inNamespace(Rack.NAMESPACE)
        .withName(box.machine.name())
        .subresource("status")
        .patch(
            Lab.MERGE,
            Json.text(
                Map.of(
                    "status",
                    Map.of("powerState", power, "progress", progress, "reason", step.name()))));
  }

  private void desire(Box box, boolean on) {
    box.desired = on;
    client
        .resources(org.homelab.autoscaler.api.Node.class)
        .inNamespace(Rack.NAMESPACE)
        .withName(box.machine.name())
        .patch(Lab.MERGE, "{\"spec\":{\"powerState\":\"" + (on ? "on" : "off") + "\"}}");
  }

  private static String node(Box box) {
    return box.machine.kubernetesNode();
  }

  private List<Box> of(String group) {
    return boxes.values().stream().filter(box -> box.machine.group().equals(group)).toList();
  }

  private static boolean usable(Box box) {
    return !box.desired && box.step == Step.OFF;
  }

  @Override
  public void refresh(RefreshRequest request, StreamObserver<RefreshResponse> out) {
    reply(out, RefreshResponse.getDefaultInstance());
  }

  @Override
  public synchronized void nodeGroups(
      NodeGroupsRequest request, StreamObserver<NodeGroupsResponse> out) {
    var response = NodeGroupsResponse.newBuilder();
    for (String group : List.of("compute", "edge")) {
      response.addNodeGroups(NodeGroup.newBuilder().setId(group).setMaxSize(of(group).size()));
    }
    reply(out, response.build());
  }

  @Override
  public synchronized void nodeGroupForNode(
      NodeGroupForNodeRequest request, StreamObserver<NodeGroupForNodeResponse> out) {
    var group = NodeGroup.newBuilder();
    find(request.getNode()).ifPresent(box -> group.setId(box.machine.group()));
    reply(out, NodeGroupForNodeResponse.newBuilder().setNodeGroup(group).build());
  }

  private Optional<Box> find(ExternalGrpcNode node) {
    return boxes.values().stream()
        .filter(box -> box.id().equals(node.getProviderID()) || node(box).equals(node.getName()))
        .filter(box -> box.step != Step.OFF || box.desired)
        .findFirst();
  }

  @Override
  public synchronized void nodeGroupTargetSize(
      NodeGroupTargetSizeRequest request, StreamObserver<NodeGroupTargetSizeResponse> out) {
    int target = (int) of(request.getId()).stream().filter(box -> box.desired).count();
    boolean lie = defect == Defect.LIES_ABOUT_THE_TARGET && target > 0;
    reply(
        out,
        NodeGroupTargetSizeResponse.newBuilder().setTargetSize(target + (lie ? 1 : 0)).build());
  }

  @Override
  public synchronized void nodeGroupNodes(
      NodeGroupNodesRequest request, StreamObserver<NodeGroupNodesResponse> out) {
    var response = NodeGroupNodesResponse.newBuilder();
    for (Box box : of(request.getId())) {
      if (box.desired || box.step == Step.DRAINING || box.step == Step.STOPPING) {
        response.addInstances(Instance.newBuilder().setId(box.id()).setStatus(status(box)));
      }
    }
    reply(out, response.build());
  }

  private static InstanceStatus.Builder status(Box box) {
    var status = InstanceStatus.newBuilder();
    if (!box.desired) {
      return status.setInstanceState(InstanceState.instanceDeleting);
    }
    if (box.step == Step.FAILED) {
      status.setErrorInfo(InstanceErrorInfo.newBuilder().setErrorCode("BootTimeout"));
    }
    return status.setInstanceState(
        box.step == Step.READY ? InstanceState.instanceRunning : InstanceState.instanceCreating);
  }

  @Override
  public synchronized void nodeGroupIncreaseSize(
      NodeGroupIncreaseSizeRequest request, StreamObserver<NodeGroupIncreaseSizeResponse> out) {
    of(request.getId()).stream()
        .filter(StubOperator::usable)
        .limit(request.getDelta())
        .forEach(box -> desire(box, true));
    reply(out, NodeGroupIncreaseSizeResponse.getDefaultInstance());
  }

  @Override
  public synchronized void nodeGroupDeleteNodes(
      NodeGroupDeleteNodesRequest request, StreamObserver<NodeGroupDeleteNodesResponse> out) {
    request.getNodesList().stream()
        .flatMap(node -> find(node).stream())
        .forEach(box -> desire(box, false));
    reply(out, NodeGroupDeleteNodesResponse.getDefaultInstance());
  }

  private static <T> void reply(StreamObserver<T> out, T response) {
    out.onNext(response);
    out.onCompleted();
  }

  @Override
  public void close() {
    loop.shutdownNow();
    server.shutdownNow();
    client.close();
  }
}
