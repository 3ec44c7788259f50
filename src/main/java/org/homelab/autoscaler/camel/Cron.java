package org.homelab.autoscaler.camel;

import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.regex.Pattern;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.quartz.CronExpression;

/** Reads cron as people write it: with 5, 6 or 7 fields. */
public final class Cron {
  private static final Pattern NUMBERED_DAY = Pattern.compile("(?<![/#\\d])\\d+");
  private static final Set<String> ANY = Set.of("*", "?");
  private static final int DAY = 3;
  private static final int WEEKDAY = 5;

  private Cron() {}

  /** A schedule that cannot be used; the message says what to write. */
  public static final class Invalid extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Invalid(String message) {
      super(message);
    }
  }

  /**
   * The same schedule, if it can be read and comes again.
   *
   * @throws Invalid if not
   */
  public static Schedule check(Schedule schedule, Instant now) {
    if (next(parse(schedule), now).isEmpty()) {
      throw new Invalid("schedule '" + schedule.cron() + "' never comes: its last time is over");
    }
    return schedule;
  }

  /** When it comes next. */
  static Optional<Instant> next(CronExpression expression, Instant after) {
    return Optional.ofNullable(expression.getNextValidTimeAfter(Date.from(after)))
        .map(Date::toInstant);
  }

  /**
   * Reads the schedule.
   *
   * @throws Invalid if it is no cron
   */
  static CronExpression parse(Schedule schedule) {
    CronExpression expression = parse(schedule.cron());
    expression.setTimeZone(TimeZone.getTimeZone(schedule.zone()));
    return expression;
  }

  /**
   * Reads cron with 5 fields (minute first), 6 (second first) or 7 (with year).
   *
   * @throws Invalid if it is none of these
   */
  public static CronExpression parse(String cron) {
    List<String> fields = new ArrayList<>(List.of(cron.strip().split("\\s+")));
    if (fields.size() == 5) {
      fields.add(0, "0");
      fields.set(WEEKDAY, quartzWeekdays(fields.get(WEEKDAY)));
    }
    if (fields.size() < 6 || fields.size() > 7) {
      throw unreadable(cron, fields.size() + " fields");
    }
    leaveOneDayOpen(fields, cron);
    try {
      return new CronExpression(String.join(" ", fields));
    } catch (ParseException reason) {
      throw unreadable(cron, reason.getMessage());
    }
  }

  private static Invalid unreadable(String cron, String reason) {
    return new Invalid(
        "schedule '"
            + cron
            + "' is no cron expression: write 5, 6 or 7 fields such as 0/10 * * * * ? ("
            + reason
            + ")");
  }

  /** Quartz wants a question mark for the one of the two that says nothing. */
  private static void leaveOneDayOpen(List<String> fields, String cron) {
    boolean anyDay = ANY.contains(fields.get(DAY));
    boolean anyWeekday = ANY.contains(fields.get(WEEKDAY));
    if (!anyDay && !anyWeekday) {
      throw new Invalid(
          "schedule '" + cron + "' names a day of the month and a day of the week: leave one *");
    }
    if (anyWeekday) {
      fields.set(DAY, anyDay ? "*" : fields.get(DAY));
      fields.set(WEEKDAY, "?");
    } else {
      fields.set(DAY, "?");
    }
  }

  /** Five-field cron counts weekdays from Sunday = 0, Quartz from Sunday = 1. */
  private static String quartzWeekdays(String field) {
    return NUMBERED_DAY
        .matcher(field)
        .replaceAll(day -> Integer.toString(Integer.parseInt(day.group()) % 7 + 1));
  }
}
