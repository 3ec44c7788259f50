package org.homelab.autoscaler.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HoldTest {
  private static final Instant EIGHT = Instant.parse("2026-12-01T08:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "until=2026-12-01T08:00Z; disk swap | disk swap",
        "until=2026-12-01T08:00:00Z;disk swap | disk swap",
        "until=2026-12-01T08:00:00.000Z | ''",
        "until=2026-12-01T09:00+01:00; ; odd | ; odd",
        "until= 2026-12-01T08:00Z ; | ''",
      })
  void aHoldMayHaveAnEndAndAReason(String text, String reason) {
    assertThat(Hold.parse(text)).isEqualTo(new Hold(Optional.of(EIGHT), reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"disk swap", "  disk swap ", "; until=2026-12-01T08:00Z", "", "true"})
  void anythingElseIsAReasonWithoutAnEnd(String text) {
    assertThat(Hold.parse(text)).isEqualTo(new Hold(Optional.empty(), text.strip()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"until=", "until=tomorrow; x", "until=2026-12-01", "until=2026-12-01 08:00"})
  void aTimeThatCannotBeReadHoldsOnAndSaysWhatToWrite(String text) {
    Hold hold = Hold.parse(text);
    assertThat(hold.until()).isEmpty();
    assertThat(hold.reason()).contains("2026-12-01T08:00Z");
  }

  @Test
  void aHoldEndsAtItsEnd() {
    Hold hold = new Hold(Optional.of(EIGHT), "");
    assertThat(hold.activeAt(EIGHT.minusNanos(1))).isTrue();
    assertThat(hold.activeAt(EIGHT)).isFalse();
    assertThat(new Hold(Optional.empty(), "").activeAt(Instant.MAX)).isTrue();
  }
}
