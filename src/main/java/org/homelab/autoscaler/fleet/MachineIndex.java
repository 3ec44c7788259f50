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

  private final Map<String, Set<ObjectKey>> byCircuit = new ConcurrentHashMap<>();
  private final Map<ObjectKey, String> circuits = new ConcurrentHashMap<>();

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

  /** The machines that name that circuit, also those that are not to be found by any name. */
  Set<ObjectKey> circuit(String name) {
    return byCircuit.getOrDefault(name, Set.of());
  }

  void put(Machine machine) {
    connect(machine.key(), machine.spec().circuit().orElse(null));
    if (machine.hasProblem(Machine.Problem.Code.DUPLICATE)) {
      forget(machine.key(), names.remove(machine.key()), Names.NONE);
      return;
    }
    ObjectKey key = machine.key();
    String nodeName = machine.spec().kubernetesNodeName();
    var now =
        machine.hasProblem(Machine.Problem.Code.DUPLICATE_ID)
            ? new Names(nodeName, "", Set.of())
            : new Names(nodeName, machine.instanceId(), machine.otherInstanceIds());
    byNodeName.put(now.nodeName(), key);
    if (!now.instanceId().isEmpty()) {
      byInstanceId.put(now.instanceId(), key);
    }
    now.otherIds().forEach(id -> byOtherId.put(id, key));
    forget(key, names.put(key, now), now);
  }

  void remove(ObjectKey key) {
    connect(key, null);
    forget(key, names.remove(key), Names.NONE);
  }

  private void connect(ObjectKey key, String circuit) {
    String before = circuit == null ? circuits.remove(key) : circuits.put(key, circuit);
    if (before != null && !before.equals(circuit)) {
      byCircuit.computeIfPresent(
          before,
          (name, machines) -> {
            machines.remove(key);
            return machines.isEmpty() ? null : machines;
          });
    }
    if (circuit != null && !circuit.equals(before)) {
      byCircuit.computeIfAbsent(circuit, name -> ConcurrentHashMap.newKeySet()).add(key);
    }
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
