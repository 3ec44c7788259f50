package org.homelab.autoscaler.scenario;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.homelab.autoscaler.fleet.KubernetesNode;

/** What CA knows of a group in one loop, and remembers of it from loop to loop. */
final class CaGroup {
  private static final Duration FIRST_BACKOFF = Duration.ofMinutes(5);
  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(30);
  private static final Duration BACKOFF_RESET = Duration.ofHours(3);

  /** A scale-up that is waited for. */
  record Request(int increase, Instant expected) {}

  /** Registered nodes that do not fit the target, and since when. */
  record Misfit(int registered, int target, Instant since) {}

  final String id;
  Optional<Request> request = Optional.empty();
  Optional<Misfit> misfit = Optional.empty();
  private Duration backoff = Duration.ZERO;
  private Instant backoffUntil = Instant.MIN;
  private Instant lastFailure = Instant.MIN;

  NodeGroup told = NodeGroup.getDefaultInstance();
  int target;
  boolean usable;
  Duration provision = Duration.ZERO;
  List<KubernetesNode> nodes = List.of();
  List<Instance> instances = List.of();
  int ready;
  int unready;
  Set<String> unregistered = Set.of();
  Set<String> longUnregistered = Set.of();

  CaGroup(String id) {
    this.id = id;
  }

  boolean backedOff(Instant now) {
    return now.isBefore(backoffUntil);
  }

  void backOff(Instant now) {
    boolean longAgo = now.isAfter(lastFailure.plus(BACKOFF_RESET));
    backoff = longAgo || backoff.isZero() ? FIRST_BACKOFF : backoff.multipliedBy(2);
    backoff = backoff.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : backoff;
    backoffUntil = now.plus(backoff);
    lastFailure = now;
  }

  void forgive() {
    backoff = Duration.ZERO;
    backoffUntil = Instant.MIN;
  }

  /** Machines that are asked for and are not there yet, whatever the reason. */
  int missing() {
    return target - ready - unready - longUnregistered.size();
  }

  /** Machines that pods are planned on before they are there. */
  int upcoming(CaFlags flags, Instant now) {
    boolean counted = flags.version() < 36 || (request.isPresent() && !backedOff(now));
    return counted ? Math.max(0, missing()) : 0;
  }

  /** Ids of instances that failed to come. */
  List<Instance> failed() {
    return instances.stream()
        .filter(one -> one.getStatus().getInstanceState() == InstanceState.instanceCreating)
        .filter(one -> !one.getStatus().getErrorInfo().getErrorCode().isEmpty())
        .toList();
  }

  /** Whether CA waits for a Kubernetes node of that instance. */
  static boolean expectedToRegister(Instance instance) {
    return instance.getStatus().getInstanceState() != InstanceState.instanceDeleting
        && instance.getStatus().getErrorInfo().getErrorCode().isEmpty();
  }
}
