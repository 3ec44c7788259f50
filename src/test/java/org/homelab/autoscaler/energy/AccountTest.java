package org.homelab.autoscaler.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountTest {
  private static final Instant START = Instant.parse("2026-12-01T22:59:00Z");
  private static final ZoneId ZONE = ZoneOffset.ofHours(1);
  private static final Draw ON = new Draw(60, 0, false);
  private static final Draw OFF = new Draw(2, 28, false);

  @Test
  void aMinuteCountsWithWhatWasDrawnAtItsBeginning() {
    Account account =
        Account.open(Map.of("atlas", ON, "boreas", OFF), START)
            .enter(Map.of("atlas", OFF, "boreas", OFF), START.plusSeconds(60), ZONE);

    assertThat(account.joules()).isCloseTo(62 * 60, within(1e-6));
    assertThat(account.spared()).isCloseTo(28 * 60, within(1e-6));
    assertThat(account.machines().get("atlas")).isEqualTo(new Account.Share(3600, 2, 28));
    assertThat(account.watts()).isEqualTo(4);
  }

  @Test
  void aTimeWhenNobodyLookedIsNotCounted() {
    Instant later = START.plus(Account.LONGEST_GAP).plusMillis(1);
    Account account =
        Account.open(Map.of("atlas", ON), START).enter(Map.of("atlas", ON), later, ZONE);

    assertThat(account.joules()).isZero();
    assertThat(account.at()).isEqualTo(later);
    assertThat(account.since()).isEqualTo(START);
  }

  @Test
  void aClockThatIsSetBackTakesNothingAway() {
    Account account =
        Account.open(Map.of("atlas", ON), START)
            .enter(Map.of("atlas", ON), START.plusSeconds(60), ZONE)
            .enter(Map.of("atlas", ON), START, ZONE);

    assertThat(account.joules()).isEqualTo(3600);
  }

  @Test
  void daysAreThoseOfTheCalendarThereAndOnlySomeAreKept() {
    Account account = Account.open(Map.of("atlas", ON), START);
    for (int minute = 1; minute <= 3; minute++) {
      account = account.enter(Map.of("atlas", ON), START.plusSeconds(60L * minute), ZONE);
    }
    assertThat(account.days())
        .containsExactly(new Account.Day(LocalDate.parse("2026-12-02"), 3 * 3600, 0));

    for (int day = 1; day <= 40; day++) {
      account = account.enter(Map.of("atlas", ON), START.plus(Duration.ofDays(day)), ZONE);
    }
    assertThat(account.days()).hasSize(Account.LONGEST_DIARY);
  }

  @Test
  void aMachineThatIsGoneLeavesWhatItUsedInTheGroup() {
    Account account =
        Account.open(Map.of("atlas", ON), START).enter(Map.of(), START.plusSeconds(10), ZONE);

    assertThat(account.joules()).isEqualTo(600);
    assertThat(account.machines()).isEmpty();
  }
}
