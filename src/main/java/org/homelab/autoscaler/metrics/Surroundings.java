package org.homelab.autoscaler.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is so outside the fleet, at one instant.
 *
 * @param watchAges for how long each watched resource has not been watched
 * @param queues the queues, by name
 * @param checksBusy health checks that wait or go on
 * @param checksSkipped health checks left out since the start
 * @param leading whether this replica leads
 * @param watts drawn, by group and name of the machine
 * @param joules used, by group
 */
public record Surroundings(
    Map<String, Duration> watchAges,
    Map<String, Queue> queues,
    int checksBusy,
    long checksSkipped,
    boolean leading,
    Map<List<String>, Double> watts,
    Map<String, Double> joules) {
  public Surroundings {
    watchAges = Map.copyOf(watchAges);
    queues = Map.copyOf(queues);
    watts = Map.copyOf(watts);
    joules = Map.copyOf(joules);
  }

  /**
   * A queue.
   *
   * @param retries failures since the start
   */
  public record Queue(int depth, int inFlight, long retries, Duration oldest) {}
}
