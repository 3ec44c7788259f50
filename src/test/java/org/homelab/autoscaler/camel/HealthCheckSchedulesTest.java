package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quartz.SchedulerException;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

class HealthCheckSchedulesTest extends CamelTestSupport {
  private static final String EVERY_SECOND = "* * * * * ?";
  private static final String NEVER_SOON = "0 0 3 * * ?";

  private final Map<Object, AtomicInteger> checks = new ConcurrentHashMap<>();
  private HealthCheckSchedules schedules;

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        errorHandler(noErrorHandler());
        from("direct:health-check")
            .process(
                exchange ->
                    checks
                        .computeIfAbsent(
                            exchange.getMessage().getBody(), unused -> new AtomicInteger())
                        .incrementAndGet())
            .filter(body().isEqualTo("broken"))
            .throwException(new IllegalStateException("no answer"));
      }
    };
  }

  @BeforeEach
  void makeSchedules() {
    schedules = new HealthCheckSchedules(context, "direct:health-check");
  }

  @Test
  void sendsTheKeyOnItsScheduleUntilItIsRemoved() throws Exception {
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
  void aScheduleThatIsRefusedLeavesTheOneBefore() throws Exception {
    schedules.put("m1", EVERY_SECOND);
    assertThatThrownBy(() -> schedules.put("m1", "often"))
        .isInstanceOf(HealthCheckSchedules.Invalid.class);
    assertThatThrownBy(() -> schedules.put("m1", "0 0 0 1 1 ? 2020"))
        .isInstanceOf(HealthCheckSchedules.Invalid.class)
        .hasMessage("schedule '0 0 0 1 1 ? 2020' never comes: its last time is over");
    await().until(() -> checksOf("m1") >= 1);
  }

  @Test
  void aCheckThatFailsIsToldInOneLineAndComesAgain() {
    try (LogLines log = new LogLines(HealthCheckSchedules.class)) {
      schedules.put("broken", EVERY_SECOND);
      await().until(() -> checksOf("broken") >= 2);
      assertThat(log.lines())
          .contains(
              "WARN health check of broken failed, next at its next time:"
                  + " IllegalStateException: no answer");
    }
  }

  @Test
  void losesNoneOfFiveHundredHoweverOftenTheyComeAndGo() throws Exception {
    List<String> machines = IntStream.range(0, 500).mapToObj(i -> "m" + i).toList();
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/5 * * * *      | 0 */5 * * * ?",
        "0 3 1 * *        | 0 0 3 1 * ?",
        "0 3 * * 0        | 0 0 3 ? * 1",
        "0 3 * * 7        | 0 0 3 ? * 1",
        "0 3 * * 1-5      | 0 0 3 ? * 2-6",
        "0 3 ? * MON,3    | 0 0 3 ? * MON,4",
        "0 3 * * 5#2      | 0 0 3 ? * 6#2",
        "0 3 * * */2      | 0 0 3 ? * */2",
        "0/10 * * * * ?   | 0/10 * * * * ?",
        "0/10 * * * * *   | 0/10 * * * * ?",
        "0 0 3 * * MON    | 0 0 3 ? * MON",
        "0 0 3 ? * 2 2099 | 0 0 3 ? * 2 2099",
      })
  void readsFiveSixAndSevenFields(String cron, String quartz) {
    assertThat(HealthCheckSchedules.parse(cron).getCronExpression()).isEqualTo(quartz);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "often", "* * * *", "0 0 0 0 0 0 0 0", "61 * * * * ?", "* * 32 * *"})
  void refusesWhatIsNoCronAndSaysWhatToWrite(String cron) {
    assertThatThrownBy(() -> HealthCheckSchedules.parse(cron))
        .isInstanceOf(HealthCheckSchedules.Invalid.class)
        .hasMessageContaining("write 5, 6 or 7 fields such as 0/10 * * * * ?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 3 1 * 1", "0 0 3 1 * MON", "0 0 3 1 * MON 2099"})
  void refusesADayOfTheMonthTogetherWithADayOfTheWeek(String cron) {
    assertThatThrownBy(() -> HealthCheckSchedules.parse(cron))
        .isInstanceOf(HealthCheckSchedules.Invalid.class)
        .hasMessage(
            "schedule '" + cron + "' names a day of the month and a day of the week: leave one *");
  }

  private int checksOf(String key) {
    return checks.getOrDefault(key, new AtomicInteger()).get();
  }

  private java.util.Set<TriggerKey> triggers() throws SchedulerException {
    return scheduler().getTriggerKeys(GroupMatcher.anyTriggerGroup());
  }

  private org.quartz.Scheduler scheduler() {
    return context.getComponent("quartz", QuartzComponent.class).getScheduler();
  }
}
