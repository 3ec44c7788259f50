package org.homelab.autoscaler.simulator;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays the Cluster Autoscaler: once a second, the calls of its main loop in their order, and from
 * the answers the same conclusions, with seconds where the real one waits for minutes.
 */
final class ClusterAutoscaler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("ca");
  private static final double UNNEEDED_SECONDS = 5;
  private static final double BACK_OFF_SECONDS = 30;

  /** What a machine of a group is taken for before anybody has seen one. */
  private static final Room GUESS = new Room(Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, 4);

  private final Lab lab;
  private final Provider provider;
  private final SafetyInspector inspector;
  private final Tally tally;
  private final ScheduledExecutorService loops =
      Executors.newSingleThreadScheduledExecutor(task -> Threads.daemon("simulate-ca", task));
  private final Map<String, Room> known = new HashMap<>();
  private final Map<String, Instant> backOff = new HashMap<>();
  private final Map<String, Instant> unneeded = new HashMap<>();
  private volatile Map<String, Integer> targets = Map.of();
  private volatile boolean answered;

  ClusterAutoscaler(Lab lab, Provider provider, SafetyInspector inspector, Tally tally) {
    this.lab = lab;
    this.provider = provider;
    this.inspector = inspector;
    this.tally = tally;
  }

  void start() {
    long pause = lab.pace().seconds(1).toNanos();
    var unused = loops.scheduleWithFixedDelay(this::careful, 0, pause, TimeUnit.NANOSECONDS);
  }

  /** Target size of each group as of the last loop. */
  Map<String, Integer> targets() {
    return targets;
  }

  /** Whether the last loop was answered. */
  boolean answered() {
    return answered;
  }

  private void careful() {
    try {
      loop();
      if (!answered) {
        LOG.info("is answered, looks at the cluster every second from now on");
      }
      answered = true;
    } catch (StatusRuntimeException refused) {
      if (answered && !loops.isShutdown()) {
        LOG.warn(
            "skips this loop: {} {}",
            refused.getStatus().getCode(),
            refused.getStatus().getDescription());
      }
      answered = false;
    } catch (RuntimeException defect) {
      if (!loops.isShutdown()) {
        LOG.error("stumbled: {}", defect.toString(), defect);
      }
    }
  }

  /** The group as this loop sees it. */
  private record View(NodeGroup group, int target, List<Instance> instances, List<Node> ready) {
    String id() {
      return group.getId();
    }

    boolean failed(Instance instance) {
      return instance.getStatus().getInstanceState() == InstanceState.instanceCreating
          && !instance.getStatus().getErrorInfo().getErrorCode().isEmpty();
    }

    int coming() {
      return (int)
          instances.stream()
              .filter(one -> one.getStatus().getInstanceState() == InstanceState.instanceCreating)
              .filter(one -> !failed(one))
              .filter(
                  one ->
                      ready.stream().noneMatch(node -> Nodes.providerId(node).equals(one.getId())))
              .count();
    }
  }

  private void loop() {
    provider.refresh();
    List<NodeGroup> groups = provider.groups();
    List<Node> nodes = lab.api().list(Change.NODES, Node.class);
    Map<String, List<Node>> members =
        nodes.stream().collect(Collectors.groupingBy(provider::groupOf));
    List<View> views = new ArrayList<>();
    for (NodeGroup group : groups) {
      List<Node> ready =
          members.getOrDefault(group.getId(), List.of()).stream().filter(Nodes::ready).toList();
      learn(group.getId(), ready);
      SizeReading sizes = SizeReading.of(provider, group.getId());
      sizes.judge(group.getId(), inspector);
      provider.options(group.getId());
      views.add(new View(group, sizes.target(), sizes.instances(), ready));
    }
    targets = views.stream().collect(Collectors.toMap(View::id, View::target));
    views.forEach(this::giveBackFailed);
    List<Pod> pods = lab.api().list(Change.PODS, Pod.class);
    if (!scaleUp(views, nodes, pods)) {
      scaleDown(views, nodes, pods);
    }
  }

  private void learn(String group, List<Node> ready) {
    if (!ready.isEmpty()) {
      known.put(group, Room.of(ready.get(0).getStatus().getAllocatable()));
      return;
    }
    Optional<Room> template = provider.template(group);
    if (template.isPresent()) {
      known.put(group, template.get());
    } else if (known.putIfAbsent(group, GUESS) == null) {
      LOG.info("nobody knows what a machine of {} looks like, takes it for {} pods", group, 4);
    }
  }

  private void giveBackFailed(View view) {
    for (Instance instance : view.instances()) {
      if (view.failed(instance)) {
        var error = instance.getStatus().getErrorInfo();
        LOG.info(
            "{} did not come up ({}): gives it back, leaves {} alone for a while",
            instance.getId(),
            error.getErrorCode(),
            view.id());
        backOff.put(view.id(), now().plus(lab.pace().seconds(BACK_OFF_SECONDS)));
        tally.bootFailed();
        attempt(instance.getId(), () -> provider.deleteFailed(view.id(), instance.getId()));
      }
    }
  }

  private boolean scaleUp(List<View> views, List<Node> nodes, List<Pod> pods) {
    List<Pod> waiting = Scheduler.waiting(pods);
    if (waiting.isEmpty()) {
      return false;
    }
    List<Room> coming = new ArrayList<>();
    nodes.stream().filter(Nodes::schedulable).forEach(node -> coming.add(Room.free(node, pods)));
    for (View view : views) {
      for (int i = 0; i < view.coming(); i++) {
        coming.add(known.get(view.id()));
      }
    }
    Optional<ScaleUp.Order> order =
        ScaleUp.plan(waiting.stream().map(Room::of).toList(), coming, choices(views));
    order.ifPresent(this::ask);
    return order.isPresent();
  }

  private List<ScaleUp.Choice> choices(List<View> views) {
    return views.stream()
        .filter(view -> !now().isBefore(backOff.getOrDefault(view.id(), Instant.MIN)))
        .map(
            view ->
                new ScaleUp.Choice(
                    view.id(), known.get(view.id()), view.group().getMaxSize() - view.target()))
        .toList();
  }

  private void ask(ScaleUp.Order order) {
    LOG.info("{} pods pending, asks {} for {} more", order.pods(), order.group(), order.delta());
    try {
      provider.increase(order.group(), order.delta());
    } catch (StatusRuntimeException refused) {
      LOG.warn("{} refuses: {}", order.group(), refused.getStatus().getDescription());
      backOff.put(order.group(), now().plus(lab.pace().seconds(BACK_OFF_SECONDS)));
    }
  }

  private void scaleDown(List<View> views, List<Node> nodes, List<Pod> pods) {
    List<ScaleDown.Candidate> candidates = ScaleDown.candidates(nodes, pods);
    Set<String> idle =
        candidates.stream()
            .map(candidate -> Nodes.name(candidate.node()))
            .collect(Collectors.toSet());
    unneeded.keySet().retainAll(idle);
    idle.forEach(node -> unneeded.putIfAbsent(node, now()));
    for (View view : views) {
      ScaleDown.choose(candidates, this::idleLongEnough, nodes, pods).stream()
          .filter(candidate -> view.ready().contains(candidate.node()))
          .forEach(candidate -> giveBack(view, candidate.node(), candidate.movable()));
    }
  }

  private boolean idleLongEnough(Node node) {
    Instant since = unneeded.getOrDefault(Nodes.name(node), now());
    return !now().isBefore(since.plus(lab.pace().seconds(UNNEEDED_SECONDS)));
  }

  private void giveBack(View view, Node node, int pods) {
    LOG.info(
        "{} has been idle for {} s{}: gives it back",
        Nodes.name(node),
        (long) UNNEEDED_SECONDS,
        pods == 0 ? "" : " but for " + pods + " pods that can move");
    unneeded.remove(Nodes.name(node));
    List<Taint> before = node.getSpec().getTaints();
    List<Taint> marked = new ArrayList<>(before);
    marked.add(
        new Taint(
            "NoSchedule", ScaleDown.TO_BE_DELETED, null, String.valueOf(now().getEpochSecond())));
    taint(node, marked);
    if (!attempt(Nodes.name(node), () -> provider.delete(view.id(), node))) {
      taint(node, before);
    }
  }

  /** Whether the machine was taken back. */
  private static boolean attempt(String machine, Runnable delete) {
    try {
      delete.run();
      return true;
    } catch (StatusRuntimeException refused) {
      LOG.warn("{} is not taken back: {}", machine, refused.getStatus().getDescription());
      return false;
    }
  }

  private void taint(Node node, List<Taint> taints) {
    lab.client()
        .nodes()
        .withName(Nodes.name(node))
        .patch(Lab.MERGE, Json.text(Map.of("spec", Map.of("taints", taints))));
  }

  private Instant now() {
    return lab.clock().instant();
  }

  @Override
  public void close() {
    loops.shutdownNow();
    provider.close();
  }
}
