package org.homelab.autoscaler.cloudprovider;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "4,4",
    "3800m,3.8",
    "7Gi,7516192768",
    "1.5,1.5",
    ".5,0.5",
    "5.,5",
    "1e3,1000",
    "1E3,1000",
    "1E,1000000000000000000",
    "2k,2000",
    "3M,3000000",
    "500u,0.0005",
    "1n,0.000000001",
    "+1,1",
    "1Ki,1024",
    "1Ei,1152921504606846976",
    "0,0",
    "1e-2,0.01"
  })
  void a_quantity_is_read_as_kubernetes_reads_it(String text, BigDecimal amount) {
    assertThat(Quantities.parse(text).orElseThrow()).isEqualByComparingTo(amount);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "m", "1 Gi", "1gi", "1K", "-1", "0x10", "1e", "1e999", "1.2.3", "many"})
  void anything_else_is_none(String text) {
    assertThat(Quantities.parse(text)).isEmpty();
  }

  @org.junit.jupiter.api.Test
  void a_text_without_end_is_none() {
    assertThat(Quantities.parse("1".repeat(100_000))).isEmpty();
  }
}
