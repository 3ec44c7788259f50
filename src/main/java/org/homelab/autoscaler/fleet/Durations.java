package org.homelab.autoscaler.fleet;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Time spans as Go writes them: {@code 30s}, {@code 10m}, {@code 1h30m}, {@code 1.5h}, {@code
 * 300ms}. A span is longer than zero and at most {@link Long#MAX_VALUE} nanoseconds (292 years).
 */
public final class Durations {
  /** What a span looks like; the CRDs check with the same expression. */
  public static final String REGEX =
      "^[+]?(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+$";

  /** Most characters of a span. */
  public static final int MAX_LENGTH = 64;

  /** What to write. */
  public static final String HELP = "write a duration above zero, such as 30s, 10m or 1h30m";

  private static final Pattern WHOLE = Pattern.compile(REGEX);
  private static final Pattern PART = Pattern.compile("([0-9.]+)([^0-9.]+)");
  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  /**
   * Reads a span.
   *
   * @throws IllegalArgumentException if the text is no span; the message says what to write
   */
  public static Duration parse(String text) {
    if (text.length() > MAX_LENGTH || !WHOLE.matcher(text).matches()) {
      throw refused(text);
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      BigDecimal value = new BigDecimal(part.group(1)).multiply(nanosOf(part.group(2)));
      nanos = nanos.add(value.setScale(0, RoundingMode.DOWN));
    }
    if (nanos.signum() == 0 || nanos.compareTo(LONGEST) > 0) {
      throw refused(text);
    }
    return Duration.ofNanos(nanos.longValueExact());
  }

  /**
   * Reads a span that need not be there.
   *
   * @param text the span, or null
   * @return nothing for null
   * @throws IllegalArgumentException if there is a text and it is no span
   */
  public static Optional<Duration> parseOptional(String text) {
    return Optional.ofNullable(text).map(Durations::parse);
  }

  /**
   * Writes a span the short way: {@code 1h30m}, {@code 7m30s}, {@code 1.5s}, {@code 300ms}. {@link
   * #parse} reads it back to the same span, unless it is zero ({@code 0s}) or negative.
   */
  public static String format(Duration span) {
    if (span.isNegative()) {
      return "-" + format(span.negated());
    }
    if (span.getSeconds() == 0 && span.getNano() > 0) {
      return decimal(BigDecimal.valueOf(span.getNano(), 6)) + "ms";
    }
    BigDecimal seconds = BigDecimal.valueOf(span.toSecondsPart());
    String last = decimal(seconds.add(BigDecimal.valueOf(span.getNano(), 9)));
    String text =
        (span.toHours() == 0 ? "" : span.toHours() + "h")
            + (span.toMinutesPart() == 0 ? "" : span.toMinutesPart() + "m")
            + (last.equals("0") ? "" : last + "s");
    return text.isEmpty() ? "0s" : text;
  }

  private static String decimal(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static BigDecimal nanosOf(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs", "μs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> throw new IllegalArgumentException("no unit of time: " + unit);
        });
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(HELP + ", not \"" + text + "\"");
  }

  private Durations() {}
}
