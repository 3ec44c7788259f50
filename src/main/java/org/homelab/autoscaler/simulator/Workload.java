package org.homelab.autoscaler.simulator;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the cluster is asked to run: build pods, which finish, and the replicas of a web server,
 * which are replaced when they are evicted and stay until they are scaled down.
 */
final class Workload {
  private static final Logger LOG = LoggerFactory.getLogger("work");
  private static final String NAMESPACE = "default";
  private static final String BUILD = "build";
  private static final String WEB = "web";
  private static final int LONG_BUILD = 8;

  private final Lab lab;
  private final Tally tally;
  private int replicas;
  private int moved;
  private int born;
  private int extra;

  Workload(Lab lab, Tally tally) {
    this.lab = lab;
    this.tally = tally;
  }

  void start() {
    lab.client()
        .resource(
            new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(WEB)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withNewMinAvailable(1)
                .withNewSelector()
                .addToMatchLabels("app", WEB)
                .endSelector()
                .endSpec()
                .build())
        .create();
    lab.every(0.4, this::look);
  }

  /** Pods pile up. */
  void morning(int cycle, int builds) {
    replicas = 2;
    moved = 0;
    LOG.info("{} pods pile up: {} builds and {} web servers", builds + replicas, builds, replicas);
    keepReplicas(pods(WEB));
    for (int i = 1; i <= builds; i++) {
      lab.client().resource(build(cycle, i)).create();
    }
  }

  /** The web server is scaled to nothing. */
  void evening() {
    LOG.info("all builds are done, the web server is scaled down");
    // Counted here and not as they go: a machine that is drained may evict them before that.
    for (; replicas > 0; replicas--) {
      tally.podRan();
    }
  }

  /** Somebody asks for more work: builds that run for a while. */
  void more(int builds) {
    for (int i = 1; i <= builds; i++) {
      extra++;
      Pod pod = pod(BUILD, "render-" + extra, "Job", "900m", "1Gi").build();
      pod.getMetadata().getAnnotations().put(Pods.RUNS_FOR, "17");
      lab.client().resource(pod).create();
    }
    LOG.info("{} more pods, asked for on the page", builds);
  }

  /** Builds that have not finished. */
  int building() {
    return (int) pods(BUILD).stream().filter(pod -> !Pods.finished(pod)).count();
  }

  private void look() {
    keepReplicas(pods(WEB));
    if (moved > 0) {
      finishLongBuild();
    }
    pods(BUILD).stream().filter(Pods::finished).forEach(this::finished);
  }

  private void finishLongBuild() {
    boolean settled = pods(WEB).stream().filter(Pods::running).count() == replicas;
    pods(BUILD).stream()
        .filter(pod -> settled && isLong(pod) && Pods.running(pod))
        .forEach(
            pod ->
                lab.client()
                    .resource(pod)
                    .subresource("status")
                    .patch(Lab.MERGE, "{\"status\":{\"phase\":\"Succeeded\"}}"));
  }

  private static boolean isLong(Pod pod) {
    return !pod.getMetadata().getAnnotations().containsKey(Pods.RUNS_FOR);
  }

  private void finished(Pod pod) {
    tally.podRan();
    LOG.debug("{} has finished", Pods.name(pod));
    lab.client().resource(pod).withGracePeriod(0).delete();
  }

  private void keepReplicas(List<Pod> web) {
    List<Pod> staying = web.stream().filter(pod -> !Pods.going(pod)).toList();
    for (int i = staying.size(); i < replicas; i++) {
      Pod pod = web();
      lab.client().resource(pod).create();
      if (!web.isEmpty()) {
        moved++;
        LOG.info("{} takes the place of a web server that was evicted", Pods.name(pod));
      }
    }
    staying.stream()
        .limit(Math.max(0, staying.size() - replicas))
        .forEach(pod -> lab.client().resource(pod).delete());
  }

  private List<Pod> pods(String app) {
    return lab.api().list(Change.PODS, Pod.class).stream()
        .filter(pod -> app.equals(pod.getMetadata().getLabels().get("app")))
        .toList();
  }

  /**
   * Builds run long enough for a machine that failed to be replaced meanwhile. One that is not on
   * the first machine, where the web servers are, runs until these have moved, so that a machine
   * with pods on it is drained in every cycle.
   */
  private static Pod build(int cycle, int number) {
    Pod pod = pod(BUILD, BUILD + "-" + cycle + "-" + number, "Job", "900m", "1Gi").build();
    if (number != LONG_BUILD) {
      pod.getMetadata().getAnnotations().put(Pods.RUNS_FOR, "17");
    }
    return pod;
  }

  private Pod web() {
    born++;
    return pod(WEB, WEB + "-" + born, "ReplicaSet", "150m", "256Mi").build();
  }

  private static PodBuilder pod(String app, String name, String owner, String cpu, String memory) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(NAMESPACE)
        .addToLabels("app", app)
        .addNewOwnerReference()
        .withApiVersion(owner.equals("Job") ? "batch/v1" : "apps/v1")
        .withKind(owner)
        .withName(app)
        .withUid(app + "-owner")
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName(app)
        .withImage("registry.home.arpa/" + app + ":1")
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory)))
        .endResources()
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus();
  }
}
