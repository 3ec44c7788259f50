package org.homelab.autoscaler.camel;

import java.text.ParseException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.CronExpression;
import org.quartz.CronScheduleBuilder;
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

/**
 * One Quartz trigger per key, on the scheduler that {@code quartz:} routes use. When one is due,
 * the key is sent to an endpoint. Triggers are keyed jobs rather than routes, because routes that
 * come and go lose triggers.
 */
public final class HealthCheckSchedules {
  private static final Pattern NUMBERED_DAY = Pattern.compile("(?<![/#\\d])\\d+");
  private static final String GROUP = "health-check";
  private static final String KEY = "key";
  private static final String SENDER = "sender";

  private final CamelContext context;
  private final String endpoint;
  private final AtomicReference<ProducerTemplate> template = new AtomicReference<>();
  private final Map<Object, String> schedules = new ConcurrentHashMap<>();

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
   * @throws Invalid if the schedule cannot be read
   */
  public void put(Object key, String cron) {
    if (cron.equals(schedules.get(key))) {
      return;
    }
    CronExpression expression = parse(cron);
    var data = new JobDataMap();
    data.put(KEY, key);
    data.put(SENDER, sender());
    JobDetail job =
        JobBuilder.newJob(Send.class)
            .withIdentity(key.toString(), GROUP)
            .usingJobData(data)
            .build();
    Trigger trigger =
        TriggerBuilder.newTrigger()
            .withIdentity(key.toString(), GROUP)
            .withSchedule(
                CronScheduleBuilder.cronSchedule(expression)
                    .withMisfireHandlingInstructionDoNothing())
            .build();
    try {
      scheduler().deleteJob(job.getKey());
      scheduler().scheduleJob(job, trigger);
      schedules.put(key, cron);
    } catch (SchedulerException refused) {
      throw new IllegalStateException("cannot schedule the health check of " + key, refused);
    }
  }

  /** Checks the key no more. */
  public void remove(Object key) {
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
    String[] fields = cron.strip().split("\\s+");
    String quartz = fields.length == 5 ? withSeconds(fields, cron) : cron.strip();
    try {
      return new CronExpression(quartz);
    } catch (ParseException unreadable) {
      throw new Invalid(
          "schedule '"
              + cron
              + "' is no cron expression: write 5, 6 or 7 fields such as 0/10 * * * * ? ("
              + unreadable.getMessage()
              + ")");
    }
  }

  private static String withSeconds(String[] fields, String cron) {
    boolean anyDay = fields[2].equals("*") || fields[2].equals("?");
    boolean anyWeekday = fields[4].equals("*") || fields[4].equals("?");
    if (!anyDay && !anyWeekday) {
      throw new Invalid(
          "schedule '" + cron + "' names a day of the month and a day of the week: leave one *");
    }
    String day = anyDay && !anyWeekday ? "?" : anyDay ? "*" : fields[2];
    String weekday = anyWeekday ? "?" : quartzWeekdays(fields[4]);
    return String.join(" ", "0", fields[0], fields[1], day, fields[3], weekday);
  }

  /** Five-field cron counts weekdays from Sunday = 0, Quartz from Sunday = 1. */
  private static String quartzWeekdays(String field) {
    return NUMBERED_DAY
        .matcher(field)
        .replaceAll(day -> Integer.toString(Integer.parseInt(day.group()) % 7 + 1));
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

  /** What Quartz runs when a check is due. */
  public static final class Send implements Job {
    @Override
    public void execute(JobExecutionContext due) {
      JobDataMap data = due.getMergedJobDataMap();
      ((Sender) data.get(SENDER)).send(data.get(KEY));
    }
  }
}
