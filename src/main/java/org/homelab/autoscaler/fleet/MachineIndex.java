package org.homelab.autoscaler.fleet;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds machines by the names that the Cluster Autoscaler and Kubernetes give them. A machine is
 * found at every instant while it changes. It also answers to ids that CA may have learnt before
 * its Kubernetes node came with another; an id that is another machine's own goes to that one.
 */
final class MachineIndex {
  private final Map<String, ObjectKey> byNodeName = new ConcurrentHashMap<>();
  private final Map<String, ObjectKey> byInstanceId = new ConcurrentHashMap<>();
  private final Map<String, ObjectKey> byOtherId = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Names> names = new ConcurrentHashMap<>();

  private record Names(String nodeName, String instanceId, Set<String> otherIds) {
    private static final Names NONE = new Names("", "", Set.of());
  }

  Optional<ObjectKey> byNodeName(String name) {
    return Optional.ofNullable(byNodeName.get(name));
  }

  Optional<ObjectKey> byInstanceId(String id) {
    return Optional.ofNullable(byInstanceId.get(id))
        .or(() -> Optional.ofNullable(byOtherId.get(id)));
  }

  void put(Machine machine) {
    boolean duplicate =
        machine
            .problem()
            .filter(problem -> problem.code() == Machine.Problem.Code.DUPLICATE)
            .isPresent();
    if (duplicate) {
      remove(machine.key());
      return;
    }
    ObjectKey key = machine.key();
    var now =
        new Names(
            machine.spec().kubernetesNodeName(), machine.instanceId(), machine.otherInstanceIds());
    byNodeName.put(now.nodeName(), key);
    byInstanceId.put(now.instanceId(), key);
    now.otherIds().forEach(id -> byOtherId.put(id, key));
    forget(key, names.put(key, now), now);
  }

  void remove(ObjectKey key) {
    forget(key, names.remove(key), Names.NONE);
  }

  private void forget(ObjectKey key, Names before, Names now) {
    if (before == null) {
      return;
    }
    if (!before.nodeName().equals(now.nodeName())) {
      byNodeName.remove(before.nodeName(), key);
    }
    if (!before.instanceId().equals(now.instanceId())) {
      byInstanceId.remove(before.instanceId(), key);
    }
    Set<String> outdated = new HashSet<>(before.otherIds());
    outdated.removeAll(now.otherIds());
    outdated.forEach(id -> byOtherId.remove(id, key));
  }
}
