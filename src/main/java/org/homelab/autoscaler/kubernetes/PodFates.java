package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.homelab.autoscaler.api.Amounts;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.DrainPolicy.LocalStorage;
import org.homelab.autoscaler.fleet.DrainPolicy.UnmanagedPods;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.kubernetes.Resident.Fate;

/** Tells of each pod on a machine that is drained whether it may be asked to go. */
final class PodFates {
  /** A pod that the scheduler brings back at once is not evicted faster than this. */
  private static final Duration REST = Duration.ofSeconds(30);

  private final DrainPolicy policy;
  private final Optional<Instant> drainStarted;
  private final Instant now;

  /**
   * For a look at that time.
   *
   * @param operation the drain, if one is under way
   */
  PodFates(DrainPolicy policy, Optional<Operation> operation, Instant now) {
    this.policy = policy;
    this.drainStarted = operation.map(Operation::startedAt);
    this.now = now;
  }

  /** What is to be done about that pod, one that somebody would miss. */
  Resident of(Pod pod) {
    if (Meta.deleting(pod)) {
      return new Resident(pod, Fate.WAITS, terminating(pod));
    }
    if (PodKind.switchesAMachine(pod)) {
      return new Resident(pod, Fate.WAITS, "it is switching a machine");
    }
    Optional<String> block = block(pod);
    if (block.isPresent()) {
      return new Resident(pod, Fate.BLOCKS, block.get());
    }
    return justCame(pod)
        ? new Resident(pod, Fate.WAITS, "it tolerates the cordon and came back")
        : new Resident(pod, Fate.LEAVES, "");
  }

  private String terminating(Pod pod) {
    Optional<Instant> end = Amounts.time(pod.getMetadata().getDeletionTimestamp());
    return end.map(
            time ->
                now.isAfter(time)
                    ? "it is terminating, and its grace period ended at " + time
                    : "it is terminating until " + time)
        .orElse("it is terminating");
  }

  private Optional<String> block(Pod pod) {
    Optional<Boolean> safe = PodKind.safeToEvict(pod);
    if (safe.isPresent()) {
      return safe.get()
          ? Optional.empty()
          : Optional.of("its annotation " + PodKind.SAFE_TO_EVICT + " is \"false\"");
    }
    if (policy.unmanagedPods() == UnmanagedPods.BLOCK && PodKind.unmanaged(pod)) {
      return Optional.of(
          "no controller would bring it back; delete it, or allow it by spec.drain.unmanagedPods:"
              + " evict in the Group");
    }
    return policy.localStorage() == LocalStorage.BLOCK
        ? PodKind.localVolume(pod).map(PodFates::wouldLose)
        : Optional.empty();
  }

  private static String wouldLose(String volume) {
    return "emptyDir volume "
        + volume
        + " would be lost; delete the pod, or allow it by spec.drain.localStorage: delete in the"
        + " Group";
  }

  private boolean justCame(Pod pod) {
    Instant created = Meta.createdAt(pod);
    return drainStarted.filter(created::isAfter).isPresent()
        && now.isBefore(created.plus(REST))
        && PodKind.toleratesACordon(pod);
  }
}
