package org.homelab.autoscaler.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HysteresisTest {
  private static final Instant START = Instant.parse("2026-11-01T06:00:00Z");
  private static final HealthCheck CHECK = check(3, 2);

  private static HealthCheck check(int failures, int successes) {
    return new HealthCheck(
        Optional.empty(),
        List.of(),
        OptionalInt.of(failures),
        OptionalInt.of(successes),
        Optional.empty(),
        Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "+,       UNKNOWN",
    "++,      ON",
    "+-+,     UNKNOWN",
    "--,      UNKNOWN",
    "---,     OFF",
    "++--,    ON",
    "++--+--, ON",
    "++---,   OFF",
    "++-?-?-, ON",
    "++??,    ON",
    "++???,   UNKNOWN",
    "---+,    OFF",
    "---++,   ON",
  })
  void oneLookThatSaysOtherwiseChangesNothing(String looks, ObservedPower believed) {
    assertThat(after(looks).believed().power()).isEqualTo(believed);
  }

  @Test
  void anObservationKnowsSinceWhenAndWhenLast() {
    Observation on = after("++-+").believed();
    assertThat(on.since()).isEqualTo(START.plusSeconds(20));
    assertThat(on.seen()).isEqualTo(START.plusSeconds(40));
  }

  @Test
  void whatIsBelievedWasSeenAsOftenInARowAsTheThresholdSays() {
    var random = new Random(5);
    for (int run = 0; run < 2_000; run++) {
      HealthCheck check = check(1 + random.nextInt(4), 1 + random.nextInt(4));
      var looks = new java.util.ArrayList<ObservedPower>();
      Hysteresis hysteresis = Hysteresis.START;
      for (int i = 0; i < 30; i++) {
        ObservedPower look = ObservedPower.values()[random.nextInt(3)];
        looks.add(look);
        ObservedPower before = hysteresis.believed().power();
        hysteresis = hysteresis.after(look, "probe", check, START.plusSeconds(i));
        ObservedPower now = hysteresis.believed().power();
        if (now != before) {
          int needed = now == ObservedPower.ON ? check.successes() : check.failures();
          assertThat(looks.subList(looks.size() - needed, looks.size())).containsOnly(now);
        }
      }
    }
  }

  private static Hysteresis after(String looks) {
    Hysteresis hysteresis = Hysteresis.START;
    Instant now = START;
    for (char look : looks.toCharArray()) {
      now = now.plusSeconds(10);
      ObservedPower seen =
          look == '+' ? ObservedPower.ON : look == '-' ? ObservedPower.OFF : ObservedPower.UNKNOWN;
      hysteresis = hysteresis.after(seen, "probe", CHECK, now);
    }
    return hysteresis;
  }
}
