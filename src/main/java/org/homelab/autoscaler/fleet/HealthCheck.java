package org.homelab.autoscaler.fleet;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * How a machine is checked, as its owner or its group's owner says.
 *
 * @param schedule when; the operator's default when absent
 * @param probes what is asked beside the Kubernetes node
 * @param failureThreshold how many times in a row a probe must say off, or fail, to be believed
 * @param successThreshold how many times in a row a probe must say on to be believed
 * @param timeout how long one probe may take
 * @param invalid what cannot be read of it, naming the field and the fix
 */
public record HealthCheck(
    Optional<Schedule> schedule,
    List<Probe> probes,
    OptionalInt failureThreshold,
    OptionalInt successThreshold,
    Optional<Duration> timeout,
    Optional<String> invalid) {
  private static final int FAILURES = 3;
  private static final int SUCCESSES = 1;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** No wishes at all: the Kubernetes node alone, on the operator's default schedule. */
  public static final HealthCheck NONE =
      new HealthCheck(
          Optional.empty(),
          List.of(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty());

  public HealthCheck {
    probes = List.copyOf(probes);
  }

  /** When a machine is checked: cron with 5, 6 or 7 fields, in the time of that zone. */
  public record Schedule(String cron, ZoneId zone) {}

  /** The check with, where it says nothing, what the other says. */
  public HealthCheck or(HealthCheck other) {
    return new HealthCheck(
        schedule.or(other::schedule),
        probes.isEmpty() ? other.probes : probes,
        failureThreshold.isPresent() ? failureThreshold : other.failureThreshold,
        successThreshold.isPresent() ? successThreshold : other.successThreshold,
        timeout.or(other::timeout),
        Stream.of(invalid, other.invalid)
            .flatMap(Optional::stream)
            .reduce((one, another) -> one + "; " + another));
  }

  /** How many times in a row off, or nothing certain, must be seen to be believed. */
  public int failures() {
    return failureThreshold.orElse(FAILURES);
  }

  /** How many times in a row on must be seen to be believed. */
  public int successes() {
    return successThreshold.orElse(SUCCESSES);
  }

  /** How long one probe may take. */
  public Duration patience() {
    return timeout.orElse(TIMEOUT);
  }
}
