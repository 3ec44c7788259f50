package org.homelab.autoscaler.camel;

import java.text.ParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.CronExpression;
import org.quartz.CronScheduleBuilder;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Quartz trigger per key, on the scheduler that {@code quartz:} routes use. When one is due,
 * the key is sent to an endpoint. Triggers are keyed jobs rather than routes, because routes that
 * come and go lose triggers.
 */
public final class HealthCheckSchedules {
  private static final Logger LOG = LoggerFactory.getLogger(HealthCheckSchedules.class);
  private static final Pattern NUMBERED_DAY = Pattern.compile("(?<![/#\\d])\\d+");
  private static final Set<String> ANY = Set.of("*", "?");
  private static final int DAY = 3;
  private static final int WEEKDAY = 5;
  private static final String GROUP = "health-check";
  private static final String KEY = "key";
  private static final String SENDER = "sender";

  private final CamelContext context;
  private final String endpoint;
  private final AtomicReference<ProducerTemplate> template = new AtomicReference<>();
  private final Map<Object, String> schedules = new HashMap<>();

  /** A schedule that cannot be read; the message says what to write. */
  public static final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Invalid(String message) {
      super(message);
    }
  }

  /** Sends due keys to that endpoint. */
  public HealthCheckSchedules(CamelContext context, String endpoint) {
    this.context = context;
    this.endpoint = endpoint;
  }

  /**
   * Checks the key on that schedule from now on; the same schedule again changes nothing.
   *
   * @throws Invalid if the schedule cannot be read or never comes; the one before stays
   */
  public synchronized void put(Object key, String cron) {
    if (cron.equals(schedules.get(key))) {
      return;
    }
    CronExpression expression = parse(cron);
    if (expression.getNextValidTimeAfter(new Date()) == null) {
      throw new Invalid("schedule '" + cron + "' never comes: its last time is over");
    }
    try {
      scheduler().scheduleJob(job(key), Set.of(trigger(key, expression)), true);
      schedules.put(key, cron);
    } catch (SchedulerException refused) {
      throw new IllegalStateException("cannot schedule the health check of " + key, refused);
    }
  }

  /** Checks the key no more. */
  public synchronized void remove(Object key) {
    if (schedules.remove(key) == null) {
      return;
    }
    try {
      scheduler().deleteJob(JobKey.jobKey(key.toString(), GROUP));
    } catch (SchedulerException refused) {
      throw new IllegalStateException("cannot unschedule the health check of " + key, refused);
    }
  }

  /** Whether Quartz has a trigger for the key. */
  boolean scheduled(Object key) throws SchedulerException {
    return scheduler().checkExists(TriggerKey.triggerKey(key.toString(), GROUP));
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

  private JobDetail job(Object key) {
    JobDataMap data = new JobDataMap();
    data.put(KEY, key);
    data.put(SENDER, sender());
    return JobBuilder.newJob(Send.class)
        .withIdentity(key.toString(), GROUP)
        .usingJobData(data)
        .build();
  }

  private static Trigger trigger(Object key, CronExpression expression) {
    return TriggerBuilder.newTrigger()
        .withIdentity(key.toString(), GROUP)
        .withSchedule(
            CronScheduleBuilder.cronSchedule(expression).withMisfireHandlingInstructionDoNothing())
        .build();
  }

  private Scheduler scheduler() {
    return context.getComponent("quartz", QuartzComponent.class).getScheduler();
  }

  private Sender sender() {
    ProducerTemplate shared =
        template.updateAndGet(known -> known == null ? context.createProducerTemplate() : known);
    return key -> shared.sendBody(endpoint, key);
  }

  private interface Sender {
    void send(Object key);
  }

  /** What Quartz runs when a check is due; not again while the same check still goes on. */
  @DisallowConcurrentExecution
  public static final class Send implements Job {
    @Override
    public void execute(JobExecutionContext due) {
      JobDataMap data = due.getMergedJobDataMap();
      Object key = data.get(KEY);
      try {
        ((Sender) data.get(SENDER)).send(key);
      } catch (RuntimeException failure) {
        LOG.warn("health check of {} failed, next at its next time: {}", key, OneLine.of(failure));
        LOG.debug("health check of {} failed", key, failure);
      }
    }
  }
}
