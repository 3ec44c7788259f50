package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.homelab.autoscaler.fleet.DrainPolicy;
import org.homelab.autoscaler.fleet.Failure;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.OperationType;
import org.homelab.autoscaler.fleet.PowerTimeouts;
import org.homelab.autoscaler.fleet.PowerUps;

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
 * @param protectedNodes Kubernetes nodes that are never powered off
 * @param probe how long after its last failure a quarantined machine gets one more try; zero: never
 * @param dryRun whether decisions are only told
 * @param group what the owner of its group wants
 * @param neighbours what it owes to other machines
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
    Set<String> protectedNodes,
    Duration probe,
    boolean dryRun,
    GroupPolicy group,
    Neighbours neighbours) {
  /** CA drains a Kubernetes node within minutes, but a person may have given it more. */
  private static final Duration LONGEST_REMOVAL = Duration.ofHours(1);

  /** How far CA's clock may be ahead. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private static final Duration DEFAULT_STARTUP = Duration.ofMinutes(7).plusSeconds(30);

  public PowerPolicy {
    protectedNodes = Set.copyOf(protectedNodes);
  }

  /**
   * What the operator's configuration says for every machine.
   *
   * @param groups power-ons together where a Group does not say
   * @param circuits power-ons together of machines that name the same circuit
   * @param dryRun whether all decisions are only told
   */
  public record Defaults(
      Duration shutdown,
      Duration drain,
      Duration settle,
      Duration backOff,
      Duration maxBackOff,
      int maxFailures,
      Set<String> protectedNodes,
      Duration probe,
      PowerUps groups,
      PowerUps circuits,
      boolean dryRun) {
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
            Set.of(),
            Duration.ofHours(6),
            PowerUps.UNLIMITED,
            new PowerUps(OptionalInt.of(2), Duration.ofSeconds(5)),
            false);

    /** The same with those Kubernetes nodes protected. */
    public Defaults protecting(Set<String> nodes) {
      return new Defaults(
          shutdown,
          drain,
          settle,
          backOff,
          maxBackOff,
          maxFailures,
          nodes,
          probe,
          groups,
          circuits,
          dryRun);
    }

    /** How many machines of that group may be powered on together. */
    public PowerUps powerUps(GroupPolicy group) {
      return new PowerUps(
          group.limits().atOnce().isPresent() ? group.limits().atOnce() : groups.atOnce(),
          group.limits().spacing().orElse(groups.spacing()));
    }
  }

  /** Like {@link #of(Machine, GroupPolicy, Neighbours, Defaults)}, sharing nothing with others. */
  public static PowerPolicy of(Machine machine, GroupPolicy group, int room, Defaults defaults) {
    return of(machine, group, Neighbours.room(room), defaults);
  }

  /** The rules for a machine of that group: the machine's own first, then the group's. */
  public static PowerPolicy of(
      Machine machine, GroupPolicy group, Neighbours neighbours, Defaults defaults) {
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
        defaults.protectedNodes(),
        defaults.probe(),
        defaults.dryRun() || group.dryRun(),
        group,
        neighbours);
  }

  /** Whether so many failures in a row put a machine into quarantine. */
  public boolean quarantines(Failure failure) {
    return failure.count() >= maxFailures;
  }

  /** When a machine in quarantine gets one more try by itself, if it ever does. */
  public Optional<Instant> probeAt(Failure failure) {
    return probe.isZero() ? Optional.empty() : Optional.of(failure.at().plus(probe));
  }

  /**
   * Until when a removal by CA must have been marked to be over for all we know: one from before
   * the power-off that CA has ordered, or from so long ago that CA must have given it up.
   */
  public static Instant removalsOver(Machine machine, Instant now) {
    return machine
        .status()
        .operation()
        .filter(operation -> operation.type() == OperationType.SHUTDOWN)
        .map(operation -> operation.startedAt().plus(SKEW))
        .orElseGet(() -> now.minus(LONGEST_REMOVAL));
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
