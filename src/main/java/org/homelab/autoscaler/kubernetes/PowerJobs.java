package org.homelab.autoscaler.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import org.homelab.autoscaler.api.Node;
import org.homelab.autoscaler.api.NodeSpec;
import org.homelab.autoscaler.api.PowerPodSpec;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.power.Step;

/**
 * Gives power commands as Jobs. The name of a command's Job is always the same, so giving it twice
 * makes one Job.
 */
public final class PowerJobs {
  private static final int UNPROCESSABLE = 422;
  private static final String PARAMETERS = "spec.power.parameters";

  private final KubernetesClient client;
  private final FleetFeed feed;
  private final PowerPods pods;
  private final PowerStops stops;

  /**
   * Power Jobs of that cluster.
   *
   * @param pods what their pods are like where a pod spec does not say
   */
  public PowerJobs(KubernetesClient client, FleetFeed feed, PowerPods pods) {
    this.client = client;
    this.feed = feed;
    this.pods = pods;
    this.stops = new PowerStops(client, feed);
  }

  /**
   * Runs the machine's startupPodSpec.
   *
   * @param deadlineSeconds when the Job is given up, unless the pod spec says otherwise; 0 for the
   *     deadline of the operation
   */
  public void startup(Step step, long deadlineSeconds) {
    give(step, OperationType.STARTUP, deadlineSeconds, step.policy().startup());
  }

  /**
   * Runs the machine's shutdownPodSpec.
   *
   * @param deadlineSeconds when the Job is given up, unless the pod spec says otherwise; 0 for the
   *     deadline of the operation
   */
  public void shutdown(Step step, long deadlineSeconds) {
    give(step, OperationType.SHUTDOWN, deadlineSeconds, step.policy().shutdown());
  }

  /** Runs that pod of a recipe's to power the machine on. */
  public void startup(Step step, PowerPodSpec pod) {
    long seconds = Math.max(1, step.policy().startup().toSeconds());
    give(step, OperationType.STARTUP, pod, seconds, PARAMETERS);
  }

  /** Runs that pod of a recipe's to power the machine off. */
  public void shutdown(Step step, PowerPodSpec pod) {
    long seconds = Math.max(1, step.policy().shutdown().toSeconds());
    give(step, OperationType.SHUTDOWN, pod, seconds, PARAMETERS);
  }

  /** Stops what may still switch the machine, pods included. */
  public void cancel(Step step) {
    stops.all(step.machine());
  }

  private void give(Step step, OperationType type, long deadlineSeconds, Duration deadline) {
    long seconds = deadlineSeconds > 0 ? deadlineSeconds : Math.max(1, deadline.toSeconds());
    NodeSpec spec = resource(step.machine().key()).getSpec();
    PowerPodSpec pod =
        switch (type) {
          case STARTUP -> spec.startupPodSpec();
          case SHUTDOWN -> spec.shutdownPodSpec();
        };
    give(step, type, pod, seconds, "spec." + type.text() + "PodSpec");
  }

  private void give(
      Step step, OperationType type, PowerPodSpec pod, long seconds, String described) {
    Job job = PowerJobBuilder.build(step, type, seconds, pod, pods);
    try {
      feed.wrote(client.resource(job).create());
    } catch (KubernetesClientException refused) {
      switch (refused.getCode()) {
        case HttpURLConnection.HTTP_CONFLICT -> feed.wrote(alreadyGiven(job));
        case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE ->
            throw unfit(step, described, refused);
        default -> throw refused;
      }
    }
  }

  private static IllegalStateException unfit(
      Step step, String described, KubernetesClientException refused) {
    String why =
        refused.getStatus() == null ? refused.getMessage() : refused.getStatus().getMessage();
    return new IllegalStateException(
        "fix %s of Node %s: %s".formatted(described, step.machine().key(), why), refused);
  }

  private Job alreadyGiven(Job job) {
    Job existing = job(job).get();
    if (existing == null) {
      throw new StaleLook("Job " + Meta.key(job) + " was there and is gone");
    }
    String machine = job.getMetadata().getOwnerReferences().get(0).getUid();
    boolean ours =
        Meta.orEmpty(existing.getMetadata().getOwnerReferences()).stream()
            .map(OwnerReference::getUid)
            .anyMatch(machine::equals);
    if (!ours) {
      throw new IllegalStateException(
          "Job " + Meta.key(job) + " is in the way and belongs to somebody else: delete it");
    }
    return existing;
  }

  private ScalableResource<Job> job(Job job) {
    ObjectKey key = Meta.key(job);
    return client.batch().v1().jobs().inNamespace(key.namespace()).withName(key.name());
  }

  private Node resource(ObjectKey key) {
    return feed.storedMachine(key)
        .or(
            () ->
                Optional.ofNullable(
                    client
                        .resources(Node.class)
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get()))
        .orElseThrow(() -> new StaleLook(key + " is gone"));
  }
}
