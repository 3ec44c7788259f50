package org.homelab.autoscaler.fleet;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Utilization thresholds as people write them: {@code 0.7} and {@code 1} are fractions, a number
 * above 1 up to 100 is a percentage ({@code 70}), and so is one with a percent sign ({@code 70%},
 * {@code 1%}).
 */
public final class Thresholds {
  /** What a threshold looks like; the CRDs check with the same expression. */
  public static final String REGEX = "^([0-9]{1,2}([.][0-9]*)?|[.][0-9]+|100([.]0*)?)%?$";

  /** Most characters of a threshold. */
  public static final int MAX_LENGTH = 32;

  /** What to write. */
  public static final String HELP =
      "write a fraction from 0 to 1, such as 0.7, or a percentage up to 100, such as 70 or 70%";

  private static final Pattern WHOLE = Pattern.compile(REGEX);

  /**
   * Reads a threshold.
   *
   * @return a fraction from 0 to 1
   * @throws IllegalArgumentException if the text is no threshold; the message says what to write
   */
  public static double parse(String text) {
    if (text.length() > MAX_LENGTH || !WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException(HELP + ", not \"" + text + "\"");
    }
    boolean sign = text.endsWith("%");
    BigDecimal value = new BigDecimal(sign ? text.substring(0, text.length() - 1) : text);
    boolean percentage = sign || value.compareTo(BigDecimal.ONE) > 0;
    return (percentage ? value.movePointLeft(2) : value).doubleValue();
  }

  /**
   * Reads a threshold that need not be there.
   *
   * @param text the threshold, or null
   * @return nothing for null
   * @throws IllegalArgumentException if there is a text and it is no threshold
   */
  public static Optional<Double> parseOptional(String text) {
    return Optional.ofNullable(text).map(Thresholds::parse);
  }

  private Thresholds() {}
}
