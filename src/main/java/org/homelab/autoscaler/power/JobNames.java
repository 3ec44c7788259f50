package org.homelab.autoscaler.power;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.homelab.autoscaler.fleet.OperationType;

/**
 * Names of power Jobs: the same command always has the same name, so creating it twice is harmless.
 */
public final class JobNames {
  /** Longest name of a Job whose pods carry its name as a label. */
  private static final int LONGEST = 63;

  private static final int HASH = 8;

  private JobNames() {}

  /** {@code <machine>-<type>-<attempt>}, the machine's name shortened with a hash where it must. */
  public static String of(String machine, OperationType type, int attempt) {
    String suffix = "-" + type.text() + "-" + attempt;
    return shorten(machine, LONGEST - suffix.length()) + suffix;
  }

  /** The text itself, or its beginning with a hash, fit for a label value. */
  public static String shorten(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    String start = text.substring(0, length - HASH - 1).replaceAll("[^a-zA-Z0-9]+$", "");
    return start + "-" + hash(text);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
