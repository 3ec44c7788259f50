package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

class HealthCheckSchedulesTest extends CamelTestSupport {
  private static final Schedule EVERY_SECOND = every("* * * * * ?");
  private static final Schedule EVERY_TEN_SECONDS = every("0/10 * * * * ?");
  private static final Schedule NEVER_SOON = every("0 0 3 * * ?");

  private final Map<Object, AtomicInteger> checks = new ConcurrentHashMap<>();
  private HealthCheckSchedules schedules;

  private static Schedule every(String cron) {
    return new Schedule(cron, ZoneOffset.UTC);
  }

  @BeforeEach
  void makeSchedules() {
    schedules =
        new HealthCheckSchedules(
            context,
            key -> checks.computeIfAbsent(key, unused -> new AtomicInteger()).incrementAndGet());
  }

  @Test
  void handsTheKeyOverOnItsScheduleUntilItIsRemoved() throws Exception {
    schedules.put("m1", EVERY_SECOND);
    await().until(() -> checksOf("m1") >= 2);
    schedules.remove("m1");
    assertThat(schedules.scheduled("m1")).isFalse();
    schedules.remove("m1");
  }

  @Test
  void anotherScheduleTakesThePlaceOfTheOneBefore() throws Exception {
    schedules.put("m1", NEVER_SOON);
    schedules.put("m1", EVERY_SECOND);
    await().until(() -> checksOf("m1") >= 1);
    assertThat(triggers()).hasSize(1);
  }

  @Test
  void aScheduleThatIsRefusedLeavesTheOneBefore() {
    schedules.put("m1", EVERY_SECOND);
    assertThatThrownBy(() -> schedules.put("m1", every("often"))).isInstanceOf(Cron.Invalid.class);
    assertThatThrownBy(() -> schedules.put("m1", every("0 0 0 1 1 ? 2020")))
        .isInstanceOf(Cron.Invalid.class);
    await().until(() -> checksOf("m1") >= 1);
  }

  @Test
  void losesNoneOfFiveHundredHoweverOftenTheyComeAndGo() throws Exception {
    List<String> machines = machines(500);
    for (int round = 0; round < 3; round++) {
      checks.clear();
      machines.forEach(machine -> schedules.put(machine, EVERY_SECOND));
      assertThat(triggers()).hasSize(500);
      await()
          .atMost(30, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(checks).containsOnlyKeys(machines.toArray()));
      machines.forEach(schedules::remove);
      assertThat(triggers()).isEmpty();
    }
    await().until(() -> scheduler().getCurrentlyExecutingJobs().isEmpty());
    checks.clear();
    await().during(1_500, TimeUnit.MILLISECONDS).atMost(5, TimeUnit.SECONDS).until(checks::isEmpty);
  }

  @Test
  void fiveThousandMachinesEveryTenSecondsAreSpreadOverTheTenSeconds() throws Exception {
    machines(5_000).forEach(machine -> schedules.put(machine, EVERY_TEN_SECONDS));
    Map<Long, Long> perSecond =
        dueTimes().stream()
            .collect(
                Collectors.groupingBy(
                    due -> due.toEpochMilli() / 1_000 % 10, Collectors.counting()));
    assertThat(perSecond).hasSize(10);
    assertThat(perSecond.values()).allSatisfy(count -> assertThat(count).isBetween(400L, 600L));
  }

  @Test
  void aSpreadTriggerKeepsItsPeriodAndItsPlaceInIt() {
    Instant now = Instant.parse("2026-11-01T06:00:00.700Z");
    for (String machine : machines(200)) {
      keepsItsPeriod(machine, now, EVERY_TEN_SECONDS, Duration.ofSeconds(10));
      keepsItsPeriod(machine, now, EVERY_SECOND, Duration.ofSeconds(1));
    }
  }

  private static void keepsItsPeriod(
      String machine, Instant now, Schedule schedule, Duration period) {
    SpreadTrigger trigger = SpreadTrigger.of(machine, "health-check", Cron.parse(schedule), now);
    Instant first = trigger.computeFirstFireTime(null).toInstant();
    assertThat(first).isBetween(now.minusSeconds(1), now.plus(period.multipliedBy(2)));
    for (int i = 1; i <= 30; i++) {
      trigger.triggered(null);
      assertThat(trigger.getNextFireTime().toInstant())
          .isEqualTo(first.plus(period.multipliedBy(i)));
    }
  }

  @Test
  void whatComesOnceADayComesWithinAMinuteOfItsTime() {
    Instant now = Instant.parse("2026-11-01T06:00:00Z");
    Instant three = Instant.parse("2026-11-02T03:00:00Z");
    for (String machine : machines(100)) {
      Date due =
          SpreadTrigger.of(machine, "health-check", Cron.parse(NEVER_SOON), now)
              .computeFirstFireTime(null);
      assertThat(due.toInstant()).isBetween(three, three.plusSeconds(60));
    }
  }

  private static List<String> machines(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
  }

  private int checksOf(String key) {
    return checks.getOrDefault(key, new AtomicInteger()).get();
  }

  private List<Instant> dueTimes() throws SchedulerException {
    Scheduler scheduler = scheduler();
    return triggers().stream()
        .map(
            key -> {
              try {
                return scheduler.getTrigger(key);
              } catch (SchedulerException gone) {
                throw new IllegalStateException(gone);
              }
            })
        .map(Trigger::getNextFireTime)
        .map(Date::toInstant)
        .toList();
  }

  private Set<TriggerKey> triggers() throws SchedulerException {
    return scheduler().getTriggerKeys(GroupMatcher.anyTriggerGroup());
  }

  private Scheduler scheduler() {
    return context.getComponent("quartz", QuartzComponent.class).getScheduler();
  }
}
