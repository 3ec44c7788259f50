package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.homelab.autoscaler.api.Amounts;
import org.homelab.autoscaler.api.Api;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;

/** Translates a power Job; other Jobs are none of ours. */
final class JobReader {
  private JobReader() {}

  static Optional<PowerJob> read(Job job) {
    if (Meta.label(job, JobLabels.APP).filter(JobLabels.APP_NAME::equals).isEmpty()) {
      return Optional.empty();
    }
    Optional<OperationType> type = Meta.label(job, JobLabels.TYPE).flatMap(JobReader::type);
    Optional<String> machine = machine(job);
    if (type.isEmpty() || machine.isEmpty()) {
      return Optional.empty();
    }
    PowerJob.State state = state(job);
    return Optional.of(
        new PowerJob(
            Meta.key(job),
            new ObjectKey(Meta.key(job).namespace(), machine.get()),
            Meta.label(job, JobLabels.NODE).filter(name -> name.length() < JobLabels.LONGEST),
            type.get(),
            state,
            Meta.createdAt(job),
            finishedAt(job),
            state == PowerJob.State.FAILED ? message(job) : ""));
  }

  private static Optional<OperationType> type(String text) {
    return Stream.of(OperationType.values()).filter(type -> type.text().equals(text)).findFirst();
  }

  private static Optional<String> machine(Job job) {
    return Meta.orEmpty(job.getMetadata().getOwnerReferences()).stream()
        .filter(JobReader::isMachine)
        .map(OwnerReference::getName)
        .findFirst()
        .or(() -> Meta.label(job, JobLabels.MACHINE));
  }

  private static boolean isMachine(OwnerReference owner) {
    return "Node".equals(owner.getKind())
        && Meta.text(owner.getApiVersion()).startsWith(Api.GROUP + "/");
  }

  private static PowerJob.State state(Job job) {
    if (Meta.deleting(job)) {
      return PowerJob.State.STOPPING;
    }
    if (podsLeft(job)) {
      return PowerJob.State.RUNNING;
    }
    if (condition(job, "Complete").isPresent()) {
      return PowerJob.State.SUCCEEDED;
    }
    return condition(job, "Failed").isPresent() ? PowerJob.State.FAILED : PowerJob.State.RUNNING;
  }

  /** Whether a pod of it may still switch the machine, whatever its conditions say. */
  private static boolean podsLeft(Job job) {
    JobStatus status = job.getStatus();
    return status != null
        && Stream.of(status.getActive(), status.getReady(), status.getTerminating())
            .filter(Objects::nonNull)
            .anyMatch(pods -> pods > 0);
  }

  private static Optional<Instant> finishedAt(Job job) {
    return Stream.of("Complete", "Failed")
        .flatMap(type -> condition(job, type).stream())
        .map(JobCondition::getLastTransitionTime)
        .flatMap(time -> Amounts.time(time).stream())
        .findFirst();
  }

  private static Optional<JobCondition> condition(Job job, String type) {
    return Optional.ofNullable(job.getStatus()).stream()
        .flatMap(status -> Meta.orEmpty(status.getConditions()).stream())
        .filter(condition -> type.equals(condition.getType()))
        .filter(condition -> "True".equals(condition.getStatus()))
        .findFirst();
  }

  private static String message(Job job) {
    return condition(job, "Failed")
        .map(
            failed ->
                Meta.present(failed.getMessage()).orElseGet(() -> Meta.text(failed.getReason())))
        .orElse("");
  }
}
