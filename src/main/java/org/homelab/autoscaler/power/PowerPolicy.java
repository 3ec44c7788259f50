package org.homelab.autoscaler.power;

import java.time.Duration;
import java.util.Set;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.PowerTimeouts;

/**
 * The rules that a machine's next step is decided by.
 *
 * @param startup from the power-on command until the Kubernetes node is Ready
 * @param shutdown from the power-off command until the Kubernetes node is NotReady
 * @param drain from the cordon until the last pod is gone
 * @param settle how long a Kubernetes node must have been NotReady before a machine that nobody
 *     switched off counts as off, and how long a failed power-off Job may still show its effect
 * @param backOff pause after the first failure; doubles up to {@code maxBackOff}
 * @param maxFailures failures in a row that put the machine into quarantine
 * @param room how many more machines of the group may be on
 * @param protectedNodes Kubernetes nodes that are never powered off
 */
public record PowerPolicy(
    Duration startup,
    Duration shutdown,
    Duration drain,
    DrainPolicy drainPolicy,
    Duration settle,
    Duration backOff,
    Duration maxBackOff,
    int maxFailures,
    int room,
    Set<String> protectedNodes) {
  private static final Duration DEFAULT_STARTUP = Duration.ofMinutes(7).plusSeconds(30);

  public PowerPolicy {
    protectedNodes = Set.copyOf(protectedNodes);
  }

  /** What the operator's configuration says for every machine. */
  public record Defaults(
      Duration shutdown,
      Duration drain,
      Duration settle,
      Duration backOff,
      Duration maxBackOff,
      int maxFailures,
      Set<String> protectedNodes) {
    public Defaults {
      protectedNodes = Set.copyOf(protectedNodes);
    }

    /** The defaults of the documentation, with no Kubernetes node protected. */
    public static final Defaults STANDARD =
        new Defaults(
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(30),
            3,
            Set.of());
  }

  /** The rules for a machine of that group: the machine's own first, then the group's. */
  public static PowerPolicy of(Machine machine, GroupPolicy group, int room, Defaults defaults) {
    PowerTimeouts timeouts = machine.spec().timeouts().or(group.timeouts());
    Duration startup =
        timeouts
            .startup()
            .or(() -> group.options().maxNodeProvisionTime().map(time -> time.dividedBy(2)))
            .orElse(DEFAULT_STARTUP);
    return new PowerPolicy(
        startup,
        timeouts.shutdown().orElse(defaults.shutdown()),
        timeouts.drain().orElse(defaults.drain()),
        group.drainPolicy(),
        defaults.settle(),
        defaults.backOff(),
        defaults.maxBackOff(),
        defaults.maxFailures(),
        room,
        defaults.protectedNodes());
  }

  /** Pause after that failure. */
  public Duration backOff(Failure failure) {
    Duration pause = backOff;
    for (int i = 1; i < failure.count() && pause.compareTo(maxBackOff) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(maxBackOff) < 0 ? pause : maxBackOff;
  }
}
