package org.homelab.autoscaler.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "30s,PT30S",
    "10m,PT10M",
    "1h30m,PT1H30M",
    "1.5h,PT1H30M",
    ".5h,PT30M",
    "1.h,PT1H",
    "+10m,PT10M",
    "300ms,PT0.3S",
    "1500us,PT0.0015S",
    "1500µs,PT0.0015S",
    "1500μs,PT0.0015S",
    "7ns,PT0.000000007S",
    "1m30s500ms,PT1M30.5S",
    "30m1h,PT1H30M",
    "0h5m,PT5M",
    "1.0000000019s,PT1.000000001S",
    "2562047h47m16.854775807s,PT2562047H47M16.854775807S",
  })
  void readsWhatGoReads(String text, Duration span) {
    assertThat(Durations.parse(text)).isEqualTo(span);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "10",
        "0",
        "0s",
        "0h0m",
        "0.5ns",
        "-5m",
        "5 m",
        "5m ",
        "5M",
        "5min",
        "5d",
        "PT5M",
        "m",
        ".m",
        "1,5h",
        "1..5h",
        "1e3s",
        "+",
        "٣s",
        "10m\n",
        "2562047h47m16.854775808s",
        "99999999999999999999h",
        "00000000000000000000000000000000000000000000000000000000000000001s",
      })
  void refusesAnythingElseAndSaysWhatToWrite(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessage(
            "write a duration above zero, such as 30s, 10m or 1h30m, not \"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "PT30S,30s",
    "PT10M,10m",
    "PT1H30M,1h30m",
    "PT7M30S,7m30s",
    "PT48H,48h",
    "PT1H0M5S,1h5s",
    "PT1.5S,1.5s",
    "PT0.3S,300ms",
    "PT0.0015S,1.5ms",
    "PT0S,0s",
    "PT-7M-30S,-7m30s",
  })
  void writesTheShortWay(Duration span, String text) {
    assertThat(Durations.format(span)).isEqualTo(text);
  }

  @Property
  void readsBackWhatItWrites(@ForAll @LongRange(min = 1) long nanos) {
    Duration span = Duration.ofNanos(nanos);
    assertThat(Durations.parse(Durations.format(span))).isEqualTo(span);
  }

  @Test
  void anAbsentSpanIsNothing() {
    assertThat(Durations.parseOptional(null)).isEmpty();
    assertThat(Durations.parseOptional("10m")).contains(Duration.ofMinutes(10));
  }
}
