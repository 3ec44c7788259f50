package org.homelab.autoscaler.cloudprovider;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Kubernetes quantities: {@code 3800m}, {@code 7Gi}, {@code 1.5}, {@code 1e3}. */
final class Quantities {
  private static final int MAX_LENGTH = 64;
  private static final Pattern WHOLE =
      Pattern.compile(
          "([+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+))(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]{1,2}))?");
  private static final String BINARY = "KMGTPE";
  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);

  private Quantities() {}

  /** The number; nothing if the text is no quantity, or one below zero. */
  static Optional<BigDecimal> parse(String text) {
    Matcher matcher = WHOLE.matcher(text);
    if (text.length() > MAX_LENGTH || !matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    if (number.signum() < 0) {
      return Optional.empty();
    }
    if (matcher.group(3) != null) {
      return Optional.of(number.scaleByPowerOfTen(Integer.parseInt(matcher.group(3))));
    }
    return Optional.of(matcher.group(2) == null ? number : scaled(number, matcher.group(2)));
  }

  private static BigDecimal scaled(BigDecimal number, String suffix) {
    return suffix.endsWith("i")
        ? number.multiply(BigDecimal.valueOf(1024).pow(BINARY.indexOf(suffix.charAt(0)) + 1))
        : number.scaleByPowerOfTen(DECIMAL.get(suffix));
  }
}
