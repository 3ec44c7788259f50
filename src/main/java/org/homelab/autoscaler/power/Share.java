package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Operation;
import org.homelab.autoscaler.fleet.PowerUps;
import org.homelab.autoscaler.fleet.Progress;

/**
 * Something that machines share and that bears only so many of them being powered on together.
 *
 * @param full the reason to give to a machine that waits
 * @param name what is shared, in words
 * @param underWay other machines that are being powered on, by name
 * @param lastPowerOn when another of them was powered on last
 */
public record Share(
    Reason full,
    String name,
    PowerUps limit,
    List<String> underWay,
    Optional<Instant> lastPowerOn) {
  /** No wait is longer, so that none is endless should word of a free place be lost. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  public Share {
    underWay = List.copyOf(underWay);
  }

  /**
   * What these machines leave to another one.
   *
   * @param others all that share, but for the one that this is for
   * @param claimed power-ons that are being claimed and are in no status yet
   * @param late whether a machine that is being powered on should have come by that time, given
   *     when its power-on was claimed; whoever may not say that it failed must not keep its place
   */
  public static Share of(
      Reason full,
      String name,
      PowerUps limit,
      Collection<Machine> others,
      Map<ObjectKey, Instant> claimed,
      BiPredicate<Machine, Instant> late) {
    List<String> underWay =
        others.stream()
            .filter(machine -> underWay(machine, late) || claimed.containsKey(machine.key()))
            .map(Machine::name)
            .sorted()
            .toList();
    return new Share(full, name, limit, underWay, lastPowerOn(others, claimed));
  }

  /** When one of these machines was powered on last. */
  public static Optional<Instant> lastPowerOn(
      Collection<Machine> machines, Map<ObjectKey, Instant> claimed) {
    return machines.stream()
        .flatMap(
            machine ->
                Stream.concat(
                    machine.status().lastPowerOn().stream(),
                    Stream.ofNullable(claimed.get(machine.key()))))
        .max(Instant::compareTo);
  }

  private static boolean underWay(Machine machine, BiPredicate<Machine, Instant> late) {
    MachineStatus status = machine.status();
    return status.progress() == Progress.STARTING_UP
        && status
            .operation()
            .flatMap(Operation::command)
            .filter(command -> !late.test(machine, command.claimedAt()))
            .isPresent();
  }

  Optional<Decision> obstacle(Instant now) {
    if (limit.atOnce().isPresent() && underWay.size() >= limit.atOnce().getAsInt()) {
      return Optional.of(
          new Decision.Wait(
              full,
              "%d of %d places of %s are taken: %s"
                  .formatted(
                      underWay.size(),
                      limit.atOnce().getAsInt(),
                      name,
                      String.join(", ", underWay)),
              Optional.of(now.plus(LONGEST_WAIT))));
    }
    // A time that lies ahead was noted by a clock that has been set back since.
    return lastPowerOn
        .filter(last -> !last.isAfter(now))
        .map(last -> last.plus(limit.spacing()))
        .filter(now::isBefore)
        .map(
            next ->
                new Decision.Wait(
                    full,
                    "%s is powered on one by one, %s apart"
                        .formatted(name, Durations.format(limit.spacing())),
                    Optional.of(next)));
  }
}
