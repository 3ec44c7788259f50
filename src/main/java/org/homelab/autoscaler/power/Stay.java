package org.homelab.autoscaler.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.Hold;
import org.homelab.autoscaler.fleet.Machine;

/**
 * Why the Cluster Autoscaler may not give a machine up that is on. A person who patches powerState
 * may all the same.
 *
 * @param detail a person's words; may be empty
 * @param until when it ends by itself, if it does
 */
public record Stay(Reason reason, String detail, Optional<Instant> until) {

  /**
   * What keeps the machine on now, people's words first.
   *
   * @param groupPoweredOn when a machine of its group was powered on last
   */
  public static Optional<Stay> of(
      Machine machine, GroupPolicy group, Optional<Instant> groupPoweredOn, Instant now) {
    return Stream.of(
            machine.keepOn(now).map(order -> ordered(Reason.KEEP_ON, order)),
            group.forceAllOn(now).map(order -> ordered(Reason.FORCED_ON, order)),
            timed(
                Reason.MIN_ON_TIME,
                machine.status().lastStartup(),
                group.limits().minOnTime(),
                now),
            timed(Reason.COOL_DOWN, groupPoweredOn, group.limits().coolDown(), now))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** In words, for whoever is refused. */
  public String words() {
    return reason.sentence()
        + until.map(end -> " Until " + end + ".").orElse("")
        + (detail.isEmpty() ? "" : " " + detail);
  }

  /** What is said of a group whose members are all wanted on. */
  public static String forced(Hold order) {
    return ordered(Reason.FORCED_ON, order).words();
  }

  private static Stay ordered(Reason reason, Hold order) {
    return new Stay(reason, order.reason(), order.until());
  }

  /** A start that lies ahead was noted by a clock that has been set back; it binds nobody. */
  private static Optional<Stay> timed(
      Reason reason, Optional<Instant> since, Optional<Duration> least, Instant now) {
    return since
        .filter(start -> !start.isAfter(now))
        .flatMap(start -> least.map(start::plus))
        .filter(now::isBefore)
        .map(end -> new Stay(reason, "", Optional.of(end)));
  }
}
