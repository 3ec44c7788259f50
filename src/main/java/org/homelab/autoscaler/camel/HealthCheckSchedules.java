package org.homelab.autoscaler.camel;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.quartz.CronExpression;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerKey;

/**
 * One Quartz trigger per key, on the scheduler that {@code quartz:} routes use. When one is due,
 * the key is handed over, which must not take long. Triggers are keyed jobs rather than routes,
 * because routes that come and go lose triggers.
 */
public final class HealthCheckSchedules {
  private static final String GROUP = "health-check";
  private static final String KEY = "key";
  private static final String RECEIVER = "receiver";

  private final CamelContext context;
  private final Consumer<Object> receiver;
  private final Map<Object, Schedule> schedules = new HashMap<>();
  private final Map<Schedule, CronExpression> expressions = new HashMap<>();

  /** Hands due keys to that receiver. */
  public HealthCheckSchedules(CamelContext context, Consumer<Object> receiver) {
    this.context = context;
    this.receiver = receiver;
  }

  /**
   * Checks the key on that schedule from now on; the same schedule again changes nothing.
   *
   * @throws Cron.Invalid if the schedule cannot be read or never comes; the one before stays
   */
  public synchronized void put(Object key, Schedule schedule) {
    if (schedule.equals(schedules.get(key))) {
      return;
    }
    Instant now = Instant.now();
    CronExpression expression = expression(schedule, now);
    try {
      scheduler()
          .scheduleJob(
              job(key), Set.of(SpreadTrigger.of(key.toString(), GROUP, expression, now)), true);
      forgetUnused(schedules.put(key, schedule));
    } catch (SchedulerException refused) {
      throw new IllegalStateException("cannot schedule the health check of " + key, refused);
    }
  }

  /** Machines on one schedule share what was read of it. */
  private CronExpression expression(Schedule schedule, Instant now) {
    Cron.check(schedule, now);
    return expressions.computeIfAbsent(schedule, Cron::parse);
  }

  private void forgetUnused(Schedule before) {
    if (before != null && !schedules.containsValue(before)) {
      expressions.remove(before);
    }
  }

  /** Checks the key no more. */
  public synchronized void remove(Object key) {
    Schedule before = schedules.remove(key);
    if (before == null) {
      return;
    }
    forgetUnused(before);
    try {
      scheduler().deleteJob(JobKey.jobKey(key.toString(), GROUP));
    } catch (SchedulerException refused) {
      throw new IllegalStateException("cannot unschedule the health check of " + key, refused);
    }
  }

  /** Whether the key is checked. */
  public synchronized boolean has(Object key) {
    return schedules.containsKey(key);
  }

  /** Whether Quartz has a trigger for the key. */
  boolean scheduled(Object key) throws SchedulerException {
    return scheduler().checkExists(TriggerKey.triggerKey(key.toString(), GROUP));
  }

  private JobDetail job(Object key) {
    JobDataMap data = new JobDataMap();
    data.put(KEY, key);
    data.put(RECEIVER, receiver);
    return JobBuilder.newJob(Send.class)
        .withIdentity(key.toString(), GROUP)
        .usingJobData(data)
        .build();
  }

  private Scheduler scheduler() {
    return context.getComponent("quartz", QuartzComponent.class).getScheduler();
  }

  /** What Quartz runs when a check is due. */
  public static final class Send implements Job {
    @Override
    @SuppressWarnings("unchecked")
    public void execute(JobExecutionContext due) {
      JobDataMap data = due.getMergedJobDataMap();
      ((Consumer<Object>) data.get(RECEIVER)).accept(data.get(KEY));
    }
  }
}
