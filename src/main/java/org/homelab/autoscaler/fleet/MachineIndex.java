package org.homelab.autoscaler.fleet;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds machines by the names that the Cluster Autoscaler and Kubernetes give them. */
final class MachineIndex {
  private final Map<String, ObjectKey> byNodeName = new ConcurrentHashMap<>();
  private final Map<String, ObjectKey> byInstanceId = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Names> names = new ConcurrentHashMap<>();

  private record Names(String nodeName, String instanceId) {}

  Optional<ObjectKey> byNodeName(String name) {
    return Optional.ofNullable(byNodeName.get(name));
  }

  Optional<ObjectKey> byInstanceId(String id) {
    return Optional.ofNullable(byInstanceId.get(id));
  }

  void put(Machine machine) {
    remove(machine.key());
    boolean duplicate =
        machine
            .problem()
            .filter(problem -> problem.code() == Machine.Problem.Code.DUPLICATE)
            .isPresent();
    if (duplicate) {
      return;
    }
    var now = new Names(machine.spec().kubernetesNodeName(), machine.instanceId());
    names.put(machine.key(), now);
    byNodeName.put(now.nodeName(), machine.key());
    byInstanceId.put(now.instanceId(), machine.key());
  }

  void remove(ObjectKey key) {
    Names before = names.remove(key);
    if (before != null) {
      byNodeName.remove(before.nodeName(), key);
      byInstanceId.remove(before.instanceId(), key);
    }
  }
}
