package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerJob;

/**
 * Stops power Jobs, and looks with the API server itself whether anything of one may still act: a
 * watch may be late, and the pod of a Job that somebody deletes outlives it.
 */
final class PowerStops {
  private final KubernetesClient client;
  private final FleetFeed feed;

  PowerStops(KubernetesClient client, FleetFeed feed) {
    this.client = client;
    this.feed = feed;
  }

  /** Stops what may still switch the machine, pods included. */
  void all(Machine machine) {
    running(machine, job -> true).forEach(this::stop);
  }

  /**
   * Stops what may still switch the machine off, pods included.
   *
   * @throws StillActing if there was any, or a pod of a Job that is gone is there still
   */
  void powerOff(Machine machine) {
    List<Job> running = running(machine, power -> power.type() == OperationType.SHUTDOWN);
    running.forEach(this::stop);
    if (!running.isEmpty()) {
      throw new StillActing(
          "Job " + Meta.key(running.get(0)) + " may still switch the machine off; it is stopped");
    }
    checkPods(machine, Map.of(JobLabels.TYPE, OperationType.SHUTDOWN.text()));
  }

  /**
   * Makes certain that no pod may still switch the machine.
   *
   * @throws StillActing if one may
   */
  void checkPods(Machine machine) {
    checkPods(machine, Map.of());
  }

  private void checkPods(Machine machine, Map<String, String> more) {
    Map<String, String> labels = new HashMap<>(labels(machine));
    labels.putAll(more);
    Optional<Pod> acting =
        client
            .pods()
            .inNamespace(machine.key().namespace())
            .withLabels(labels)
            .list()
            .getItems()
            .stream()
            .filter(PowerStops::acts)
            .findFirst();
    acting.ifPresent(
        pod -> {
          throw new StillActing(
              "pod %s of an earlier command may still switch the machine; if its node is dead, delete it by force"
                  .formatted(Meta.key(pod)));
        });
  }

  private static boolean acts(Pod pod) {
    String phase = pod.getStatus() == null ? "" : Meta.text(pod.getStatus().getPhase());
    return !phase.equals("Succeeded") && !phase.equals("Failed");
  }

  private List<Job> running(Machine machine, Predicate<PowerJob> such) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(machine.key().namespace())
        .withLabels(labels(machine))
        .list()
        .getItems()
        .stream()
        .filter(
            job ->
                JobReader.read(job)
                    .filter(power -> power.machine().equals(machine.key()))
                    .filter(power -> power.state() == PowerJob.State.RUNNING)
                    .filter(such)
                    .isPresent())
        .toList();
  }

  private static Map<String, String> labels(Machine machine) {
    return Map.of(
        JobLabels.APP,
        JobLabels.APP_NAME,
        JobLabels.NODE,
        JobLabels.shorten(machine.spec().kubernetesNodeName()));
  }

  private void stop(Job job) {
    job(job).withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    Job left = job(job).get();
    if (left == null) {
      feed.jobGone(job);
    } else {
      feed.wrote(left);
    }
  }

  private ScalableResource<Job> job(Job job) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(job.getMetadata().getNamespace())
        .withName(job.getMetadata().getName());
  }
}
