package org.homelab.autoscaler.fleet;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What tests tell a fleet about, in namespace {@code lab}. */
final class FleetEvents {
  private FleetEvents() {}

  static ObjectKey key(String name) {
    return new ObjectKey("lab", name);
  }

  static DeclaredGroup group(String name) {
    return selecting(key(name), Map.of());
  }

  static DeclaredGroup selecting(String name, Map<String, String> labels) {
    return selecting(key(name), labels);
  }

  static DeclaredGroup selecting(ObjectKey key, Map<String, String> labels) {
    var policy =
        new GroupPolicy(
            0,
            OptionalInt.empty(),
            labels,
            PowerTimeouts.NONE,
            DrainPolicy.FAIL,
            GroupPolicy.Options.NONE);
    return new DeclaredGroup(key, "uid-" + key, 1, "1", false, true, Optional.empty(), policy);
  }

  static PowerJob job(String machine, String name) {
    return job(key(machine), name, PowerJob.State.RUNNING);
  }

  static PowerJob job(ObjectKey machine, String name, PowerJob.State state) {
    return new PowerJob(
        new ObjectKey(machine.namespace(), name),
        machine,
        OperationType.STARTUP,
        state,
        DeclaredBuilder.CREATED,
        "");
  }
}
