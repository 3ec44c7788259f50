package org.homelab.autoscaler.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdsTest {
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "0.0,0",
    "0.5,0.5",
    ".5,0.5",
    "1,1",
    "1.0,1",
    "1.,1",
    "1.5,0.015",
    "30,0.3",
    "70,0.7",
    "99.9,0.999",
    "100,1",
    "100.00,1",
    "0%,0",
    "0.5%,0.005",
    "1%,0.01",
    "50%,0.5",
    "70%,0.7",
    "100%,1",
  })
  void readsAFractionUpToOneAndAPercentageAbove(String text, double fraction) {
    assertThat(Thresholds.parse(text)).isEqualTo(fraction);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "%",
        ".",
        "101",
        "100.1",
        "150%",
        "-1",
        "-0.5",
        "+0.5",
        "0,5",
        "1e-1",
        "NaN",
        "Infinity",
        "half",
        "50 %",
        "50%%",
        " 50",
        "50\n",
        "٥٠",
        "0.500000000000000000000000000000000000",
      })
  void refusesAnythingElseAndSaysWhatToWrite(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Thresholds.parse(text))
        .withMessage(
            "write a fraction from 0 to 1, such as 0.7, or a percentage up to 100, "
                + "such as 70 or 70%%, not \"%s\"",
            text);
  }

  @Property
  void aPercentageIsAHundredthWithAndWithoutItsSign(@ForAll @IntRange(min = 2, max = 100) int n) {
    assertThat(Thresholds.parse(Integer.toString(n))).isEqualTo(n / 100.0);
    assertThat(Thresholds.parse(n + "%")).isEqualTo(n / 100.0);
  }

  @Test
  void anAbsentThresholdIsNothing() {
    assertThat(Thresholds.parseOptional(null)).isEmpty();
    assertThat(Thresholds.parseOptional("70")).contains(0.7);
  }
}
