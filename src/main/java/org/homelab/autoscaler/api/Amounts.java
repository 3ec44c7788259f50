package org.homelab.autoscaler.api;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Reads the texts that the API holds numbers and times in; what cannot be read counts as absent.
 */
public final class Amounts {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  private Amounts() {}

  /** Thousandths; 0 where there is none. */
  public static long milli(String quantity) {
    return number(quantity).multiply(THOUSAND).longValue();
  }

  /** Whole units; 0 where there is none. */
  public static long whole(String quantity) {
    return number(quantity).longValue();
  }

  private static BigDecimal number(String quantity) {
    if (quantity == null || quantity.isBlank()) {
      return BigDecimal.ZERO;
    }
    try {
      return new Quantity(quantity).getNumericalAmount();
    } catch (IllegalArgumentException unreadable) {
      return BigDecimal.ZERO;
    }
  }

  /** The instant of an RFC 3339 text. */
  public static Optional<Instant> time(String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }
}
