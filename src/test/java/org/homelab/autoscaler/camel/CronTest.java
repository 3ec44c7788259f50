package org.homelab.autoscaler.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.homelab.autoscaler.fleet.HealthCheck.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {
  private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");

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
    assertThat(Cron.parse(cron).getCronExpression()).isEqualTo(quartz);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "often", "* * * *", "0 0 0 0 0 0 0 0", "61 * * * * ?", "* * 32 * *"})
  void refusesWhatIsNoCronAndSaysWhatToWrite(String cron) {
    assertThatThrownBy(() -> Cron.parse(cron))
        .isInstanceOf(Cron.Invalid.class)
        .hasMessageContaining("write 5, 6 or 7 fields such as 0/10 * * * * ?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 3 1 * 1", "0 0 3 1 * MON", "0 0 3 1 * MON 2099"})
  void refusesADayOfTheMonthTogetherWithADayOfTheWeek(String cron) {
    assertThatThrownBy(() -> Cron.parse(cron))
        .isInstanceOf(Cron.Invalid.class)
        .hasMessage(
            "schedule '" + cron + "' names a day of the month and a day of the week: leave one *");
  }

  @Test
  void comesInTheTimeOfItsZone() {
    var three = new Schedule("0 3 * * *", ZoneId.of("Europe/Berlin"));
    assertThat(Cron.next(Cron.parse(three), NOON)).contains(Instant.parse("2026-07-02T01:00:00Z"));
  }

  @Test
  void refusesWhatNeverComesAgain() {
    var over = new Schedule("0 0 0 1 1 ? 2020", ZoneOffset.UTC);
    assertThatThrownBy(() -> Cron.check(over, NOON))
        .isInstanceOf(Cron.Invalid.class)
        .hasMessage("schedule '0 0 0 1 1 ? 2020' never comes: its last time is over");
  }
}
