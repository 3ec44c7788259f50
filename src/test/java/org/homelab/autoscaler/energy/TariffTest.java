package org.homelab.autoscaler.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.homelab.autoscaler.fleet.Price;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TariffTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void oneNumberHoldsAllDay() {
    assertThat(Tariff.parse("0.32", BERLIN).at(Instant.EPOCH)).hasToString("0.32");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-12-01T20:59:00Z, 0.32",
    "2026-12-01T21:00:00Z, 0.19",
    "2026-12-02T04:59:00Z, 0.19",
    "2026-12-02T05:00:00Z, 0.25",
    "2026-12-02T06:00:00Z, 0.32"
  })
  void theTimeOfTheDayIsThatOfTheZoneAndMayGoPastMidnight(Instant time, String price) {
    Tariff tariff = Tariff.parse("0.32; 22:00-06:00=0.19; 06:00-07:00=0.25", BERLIN);

    assertThat(tariff.at(time)).hasToString(price);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "cheap", "-1", "0.3; at night", "0.3; 22:00-6:00=0.1", "0.3; 25:00-06:00=1"})
  void anythingElseIsRefusedWithWhatToWrite(String text) {
    assertThatThrownBy(() -> Tariff.parse(text, BERLIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write a price per kilowatt hour");
  }

  @Test
  void anHourOfAMachineCostsWhatItDrawsBusyAndItsPodsWhatItsOwnerSays() {
    Tariff tariff = Tariff.parse("0.40; 22:00-06:00=0.20", BERLIN);
    var declared = Optional.of(new Price(new BigDecimal("9"), new BigDecimal("0.01")));

    assertThat(
            tariff.priced(new Watts(20, 100, 2), declared, Instant.parse("2026-12-01T12:00:00Z")))
        .satisfies(
            price -> {
              assertThat(price.hourlyRate()).isEqualByComparingTo("0.04");
              assertThat(price.podRate()).isEqualByComparingTo("0.01");
            });
    assertThat(
            tariff
                .priced(
                    new Watts(20, 100, 2), Optional.empty(), Instant.parse("2026-12-01T23:00:00Z"))
                .hourlyRate())
        .isEqualByComparingTo("0.02");
  }
}
