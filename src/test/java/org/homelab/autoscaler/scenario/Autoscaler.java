package org.homelab.autoscaler.scenario;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupNodesRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupTargetSizeRequest;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupsRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;

/** The Cluster Autoscaler of a scenario, the work it is there for, and what it is told. */
final class Autoscaler {
  /** Sizes of a group, as CA is told them. */
  record Told(int size, int most) {}

  private final Lab lab;
  private final Operator operator;
  private final Invariant invariant;
  private final Map<String, Integer> needs = new HashMap<>();
  private final List<String> events = new ArrayList<>();
  private CaFlags flags;
  private Optional<CaLoop> running = Optional.empty();
  private long checked = -1;

  Autoscaler(Lab lab, Operator operator) {
    this.lab = lab;
    this.operator = operator;
    this.invariant = new Invariant(lab, operator);
  }

  /** From now on it looks every ten seconds. */
  void run(CaFlags flags) {
    this.flags = flags;
    running.ifPresent(CaLoop::stop);
    running = Optional.of(new CaLoop(lab, new CaPort(operator, invariant), flags, needs, events));
  }

  /** It starts again with no memory of its own. */
  void restart() {
    run(flags);
  }

  /** The pods of a group need so many machines. */
  void need(String group, int machines) {
    needs.put(id(group), machines);
  }

  private static String id(String group) {
    return Builder.key(group).toString();
  }

  /** Looks whenever something has changed. */
  void check() {
    long version = operator.fleet().groups().stream().mapToLong(GroupSnapshot::version).sum();
    if (running.isPresent() && version != checked) {
      checked = version;
      invariant.check("by itself");
    }
  }

  Told told(String group) {
    CloudProviderService provider = operator.provider();
    int size =
        provider
            .nodeGroupTargetSize(NodeGroupTargetSizeRequest.newBuilder().setId(id(group)).build())
            .getTargetSize();
    int most =
        provider.nodeGroups(NodeGroupsRequest.getDefaultInstance()).getNodeGroupsList().stream()
            .filter(one -> one.getId().equals(id(group)))
            .mapToInt(NodeGroup::getMaxSize)
            .findFirst()
            .orElseThrow();
    return new Told(size, most);
  }

  /** What CA takes the machine for: creating, failed, running, deleting or nothing. */
  String state(ObjectKey key) {
    Machine machine = operator.fleet().machine(key).orElseThrow();
    return machine
        .group()
        .flatMap(group -> instance(group.toString(), machine.instanceId()))
        .map(Instance::getStatus)
        .map(Autoscaler::word)
        .orElse("nothing");
  }

  private Optional<Instance> instance(String group, String id) {
    return operator
        .provider()
        .nodeGroupNodes(NodeGroupNodesRequest.newBuilder().setId(group).build())
        .getInstancesList()
        .stream()
        .filter(one -> one.getId().equals(id))
        .findFirst();
  }

  private static String word(InstanceStatus status) {
    return switch (status.getInstanceState()) {
      case instanceRunning -> "running";
      case instanceCreating -> status.hasErrorInfo() ? "failed" : "creating";
      case instanceDeleting -> "deleting";
      case unspecified, UNRECOGNIZED -> "unspecified";
    };
  }

  /** {@code says EVENT} if it has told that event, {@code never EVENT} if not. */
  String says(String claim, String event) {
    boolean told = events.stream().anyMatch(one -> one.startsWith(event));
    return switch (claim) {
      case "says", "never" -> (told ? "says " : "never ") + event;
      default -> throw new IllegalArgumentException("ca says or never");
    };
  }

  List<String> events() {
    return events;
  }
}
