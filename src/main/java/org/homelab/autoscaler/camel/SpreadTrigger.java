package org.homelab.autoscaler.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.quartz.CronExpression;
import org.quartz.CronTrigger;
import org.quartz.impl.triggers.CronTriggerImpl;

/**
 * A cron trigger that comes a little after its time, by a share of its period that is the key's
 * own, so that thousands of machines on one schedule are not all checked in the same instant.
 */
final class SpreadTrigger extends CronTriggerImpl {
  private static final long serialVersionUID = 1L;

  /** However seldom a schedule comes, no machine is checked later than this after its time. */
  private static final Duration LATEST = Duration.ofMinutes(1);

  /** Quartz hands out together what is due in the same instant, at little more than for one. */
  private static final Duration INSTANTS = Duration.ofMillis(250);

  private final long delay;

  // Not given to Quartz's own trigger, which would read the text again at each copy it makes, which
  // is several for each time that a check is due.
  private final CronExpression schedule;

  private SpreadTrigger(CronExpression schedule, long delay) {
    this.schedule = schedule;
    this.delay = delay;
  }

  /** A trigger of that name for that schedule. */
  static SpreadTrigger of(String name, String group, CronExpression schedule, Instant now) {
    var trigger = new SpreadTrigger(schedule, delay(name, window(schedule, now)));
    trigger.setName(name);
    trigger.setGroup(group);
    trigger.setStartTime(Date.from(now));
    trigger.setMisfireInstruction(CronTrigger.MISFIRE_INSTRUCTION_DO_NOTHING);
    return trigger;
  }

  private static Duration window(CronExpression schedule, Instant now) {
    Optional<Instant> next = Cron.next(schedule, now);
    return next.flatMap(first -> Cron.next(schedule, first))
        .map(second -> Duration.between(next.get(), second))
        .filter(period -> period.compareTo(LATEST) < 0)
        .orElse(LATEST);
  }

  /** The same for the same name, and evenly spread over all names. */
  private static long delay(String name, Duration window) {
    long mixed = name.hashCode() * 0x9E3779B97F4A7C15L;
    long instants = Math.max(1, window.toMillis() / INSTANTS.toMillis());
    return Math.floorMod(mixed ^ (mixed >>> 32), instants) * INSTANTS.toMillis();
  }

  @Override
  protected Date getTimeAfter(Date after) {
    Date due = schedule.getTimeAfter(new Date(after.getTime() - delay));
    // Quartz starts anew from the start whenever a trigger is due before it, and so for ever.
    while (due != null && due.getTime() + delay < getStartTime().getTime()) {
      due = schedule.getTimeAfter(due);
    }
    return due == null ? null : new Date(due.getTime() + delay);
  }
}
