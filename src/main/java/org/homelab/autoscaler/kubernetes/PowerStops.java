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
import org.homelab.autoscaler.power.Leftovers;

/**
 * Stops power Jobs, and looks with the API server itself whether anything of one may still act: a
 * watch may be late, and the pod of a Job that somebody deletes outlives it.
 */
public final class PowerStops implements Leftovers {
  private final KubernetesClient client;
  private final FleetFeed feed;

  /** Power Jobs of that cluster. */
  public PowerStops(KubernetesClient client, FleetFeed feed) {
    this.client = client;
    this.feed = feed;
  }

  /** Stops what may still switch the machine, pods included. */
  void all(Machine machine) {
    jobs(machine, power -> power.state() == PowerJob.State.RUNNING).forEach(this::stop);
  }

  @Override
  public Optional<String> any(Machine machine) {
    return pod(machine, Map.of());
  }

  /** {@inheritDoc} A Job that a watch has yet to tell of is known from then on. */
  @Override
  public Optional<String> powerOff(Machine machine) {
    Optional<Job> live =
        jobs(machine, power -> power.live() && power.type() == OperationType.SHUTDOWN).stream()
            .findFirst();
    live.ifPresent(feed::wrote);
    return live.map(job -> "Job " + Meta.key(job) + " may still switch the machine off.")
        .or(() -> pod(machine, Map.of(JobLabels.TYPE, OperationType.SHUTDOWN.text())));
  }

  private Optional<String> pod(Machine machine, Map<String, String> more) {
    Map<String, String> labels = new HashMap<>(labels(machine));
    labels.putAll(more);
    return client
        .pods()
        .inNamespace(machine.key().namespace())
        .withLabels(labels)
        .list()
        .getItems()
        .stream()
        .filter(PowerStops::acts)
        .findFirst()
        .map(
            pod ->
                "Pod %s may still switch the machine; if its node is dead, delete it by force."
                    .formatted(Meta.key(pod)));
  }

  static boolean acts(Pod pod) {
    String phase = pod.getStatus() == null ? "" : Meta.text(pod.getStatus().getPhase());
    return !phase.equals("Succeeded") && !phase.equals("Failed");
  }

  private List<Job> jobs(Machine machine, Predicate<PowerJob> such) {
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
                    .filter(such)
                    .isPresent())
        .toList();
  }

  private static Map<String, String> labels(Machine machine) {
    return Map.of(JobLabels.APP, JobLabels.APP_NAME, JobLabels.NODE, JobLabels.target(machine));
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
