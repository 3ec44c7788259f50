package org.homelab.autoscaler.cloudprovider;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceErrorInfo;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import java.util.List;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.KubernetesNode;
import org.homelab.autoscaler.fleet.Machine;

/** Lists the machines of a group that CA is to know of, in a stable order, with their states. */
final class Instances {
  /** CA's class for a lack of machines. */
  private static final int OUT_OF_RESOURCES = 1;

  /** CA's class for a failure that is no lack of machines. */
  private static final int OTHER = 99;

  /** CA ignores an error without a code. */
  private static final String UNNAMED = "PowerOnFailed";

  private Instances() {}

  static List<Instance> of(GroupView group) {
    return group.members().stream()
        .filter(member -> member.standing().listed())
        .map(Instances::instance)
        .toList();
  }

  private static Instance instance(Member member) {
    return Instance.newBuilder().setId(member.id()).setStatus(status(member)).build();
  }

  private static InstanceStatus status(Member member) {
    return switch (member.standing()) {
      case RUNNING ->
          state(
              unregistered(member.machine())
                  ? InstanceState.instanceCreating
                  : InstanceState.instanceRunning);
      case QUEUED, BOOTING -> state(InstanceState.instanceCreating);
      case FAILED ->
          state(InstanceState.instanceCreating).toBuilder().setErrorInfo(error(member)).build();
      case LEAVING -> state(InstanceState.instanceDeleting);
      case AVAILABLE, UNAVAILABLE ->
          throw new IllegalArgumentException(member.machine().name() + " is no instance");
    };
  }

  /** CA tells instances by provider id: until the node has one, nothing of it runs in CA's eyes. */
  private static boolean unregistered(Machine machine) {
    return machine.nodeReady() && machine.node().flatMap(KubernetesNode::providerId).isEmpty();
  }

  private static InstanceStatus state(InstanceState state) {
    return InstanceStatus.newBuilder().setInstanceState(state).build();
  }

  private static InstanceErrorInfo error(Member member) {
    Failure failure = member.machine().status().failure().orElseThrow();
    return InstanceErrorInfo.newBuilder()
        .setErrorCode(failure.reason().isEmpty() ? UNNAMED : failure.reason())
        .setErrorMessage(failure.message())
        .setInstanceErrorClass(member.why().isEmpty() ? OTHER : OUT_OF_RESOURCES)
        .build();
  }
}
