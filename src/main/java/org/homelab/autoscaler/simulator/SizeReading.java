package org.homelab.autoscaler.simulator;

import clusterautoscaler.cloudprovider.v1.externalgrpc.Instance;
import clusterautoscaler.cloudprovider.v1.externalgrpc.InstanceStatus.InstanceState;
import java.util.List;

/**
 * Target size and instances of a group, read one after the other.
 *
 * @param steady whether the target was the same before and after the instances were read
 */
record SizeReading(int target, List<Instance> instances, boolean steady) {
  private static final int TRIES = 5;

  /** Reads until both agree; a disagreement that stays is returned as it is. */
  static SizeReading of(Provider provider, String group) {
    SizeReading reading = once(provider, group);
    for (int i = 1; i < TRIES && !reading.agrees(); i++) {
      reading = once(provider, group);
    }
    return reading;
  }

  private static SizeReading once(Provider provider, String group) {
    int target = provider.target(group);
    List<Instance> instances = provider.instances(group);
    return agree(target, instances)
        ? new SizeReading(target, instances, true)
        : new SizeReading(target, instances, target == provider.target(group));
  }

  /** Reports a disagreement that cannot be a change between the two calls. */
  void judge(String group, SafetyInspector inspector) {
    if (steady && !agrees()) {
      inspector.disagree(group, target, counted(instances));
    }
  }

  private boolean agrees() {
    return agree(target, instances);
  }

  private static boolean agree(int target, List<Instance> instances) {
    return target == counted(instances);
  }

  private static int counted(List<Instance> instances) {
    return (int)
        instances.stream()
            .filter(one -> one.getStatus().getInstanceState() != InstanceState.instanceDeleting)
            .count();
  }
}
