package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.homelab.autoscaler.fleet.OperationType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs power Jobs: each takes a second, and what it says reaches the hardware if it still exists
 * then. Finished Jobs go after their time to live.
 */
final class JobController {
  private static final Logger LOG = LoggerFactory.getLogger("jobs");
  private static final double RUNS_FOR = 1;

  private final Lab lab;
  private final Hardware hardware;

  JobController(Lab lab, Hardware hardware) {
    this.lab = lab;
    this.hardware = hardware;
  }

  void start() {
    lab.api()
        .observe(
            change -> {
              if (change.of(Change.JOBS) && !change.deleted()) {
                lab.soon(() -> seen(change.action(), change.as(Job.class)));
              }
            });
  }

  private void seen(Change.Action action, Job job) {
    if (job.getMetadata().getDeletionTimestamp() != null) {
      lab.after(0.3, () -> resource(job).patch(Lab.MERGE, "{\"metadata\":{\"finalizers\":null}}"));
    } else if (action == Change.Action.ADDED && label(job, "app").equals("homelab-autoscaler")) {
      LOG.info("{} runs", job.getMetadata().getName());
      status(job, Map.of("active", 1, "startTime", now()));
      lab.after(RUNS_FOR, () -> finish(job));
    }
  }

  private void finish(Job created) {
    Job job = resource(created).get();
    if (job == null
        || job.getMetadata().getDeletionTimestamp() != null
        || !job.getMetadata().getUid().equals(created.getMetadata().getUid())) {
      LOG.info("{} was deleted before it did anything", created.getMetadata().getName());
      return;
    }
    OperationType type = OperationType.of(label(job, "type"));
    boolean done = hardware.command(label(job, "node"), type);
    Map<String, String> condition =
        Map.of(
            "type",
            done ? "Complete" : "Failed",
            "status",
            "True",
            "lastTransitionTime",
            now(),
            "message",
            done ? "" : "there is no machine " + label(job, "node"));
    status(
        job,
        Map.of(
            "active",
            0,
            done ? "succeeded" : "failed",
            1,
            "completionTime",
            now(),
            "conditions",
            List.of(condition)));
    Optional.ofNullable(job.getSpec().getTtlSecondsAfterFinished())
        .ifPresent(ttl -> lab.after(ttl, () -> resource(job).delete()));
  }

  private void status(Job job, Map<String, Object> status) {
    resource(job).subresource("status").patch(Lab.MERGE, Json.text(Map.of("status", status)));
  }

  private ScalableResource<Job> resource(Job job) {
    return lab.client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(job.getMetadata().getNamespace())
        .withName(job.getMetadata().getName());
  }

  private String now() {
    return lab.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String label(Job job, String key) {
    return Optional.ofNullable(job.getMetadata().getLabels())
        .map(labels -> labels.get(key))
        .orElse("");
  }
}
