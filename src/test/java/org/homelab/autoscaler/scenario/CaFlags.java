package org.homelab.autoscaler.scenario;

import java.time.Duration;
import java.util.List;
import org.homelab.autoscaler.fleet.Durations;

/**
 * Flags of the Cluster Autoscaler, with its own defaults.
 *
 * @param version minor version: 36 for 1.36
 * @param provision --max-node-provision-time
 * @param unneeded --scale-down-unneeded-time
 * @param unready --scale-down-unready-time
 * @param afterAdd --scale-down-delay-after-add
 * @param forceDelete --force-delete-unregistered-nodes
 * @param enforceMin --enforce-node-group-min-size
 */
record CaFlags(
    int version,
    Duration provision,
    Duration unneeded,
    Duration unready,
    Duration afterAdd,
    boolean forceDelete,
    boolean enforceMin) {
  /** --scan-interval. */
  static final Duration SCAN = Duration.ofSeconds(10);

  /** --max-node-startup-time. */
  static final Duration STARTUP = Duration.ofMinutes(15);

  /** --node-delete-delay-after-taint. */
  static final Duration AFTER_TAINT = Duration.ofSeconds(5);

  /** --max-pod-eviction-time. */
  static final Duration EVICTION = Duration.ofMinutes(2);

  /** How often CA asks for all instances by itself. */
  static final Duration INSTANCES = Duration.ofMinutes(2);

  /**
   * {@code version=36 provision=15m unneeded=10m unready=20m after-add=10m force-delete
   * enforce-min}.
   */
  static CaFlags read(List<String> words) {
    int version = 36;
    Duration provision = Duration.ofMinutes(15);
    Duration unneeded = Duration.ofMinutes(10);
    Duration unready = Duration.ofMinutes(20);
    Duration afterAdd = Duration.ofMinutes(10);
    for (String word : words) {
      String value = word.substring(word.indexOf('=') + 1);
      switch (word.substring(0, Math.max(0, word.indexOf('=')))) {
        case "version" -> version = Integer.parseInt(value);
        case "provision" -> provision = Durations.parse(value);
        case "unneeded" -> unneeded = Durations.parse(value);
        case "unready" -> unready = Durations.parse(value);
        case "after-add" -> afterAdd = Durations.parse(value);
        case "" -> {}
        default -> throw new IllegalArgumentException("CA has no flag " + word);
      }
    }
    return new CaFlags(
        version,
        provision,
        unneeded,
        unready,
        afterAdd,
        words.contains("force-delete"),
        words.contains("enforce-min"));
  }
}
