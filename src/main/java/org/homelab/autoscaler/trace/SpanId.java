package org.homelab.autoscaler.trace;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.homelab.autoscaler.fleet.OrderMark;

/**
 * Which span of which trace. Both ids are derived from what the Kubernetes API holds, so that every
 * replica, before and after a restart, comes to the same ones without telling the others.
 *
 * @param trace 32 hexadecimal digits
 * @param span 16 hexadecimal digits
 */
public record SpanId(String trace, String span) {
  private static final int TRACE = 32;
  private static final int SPAN = 16;

  /** The call that brought an order: where its trace begins. */
  public static SpanId call(OrderMark order) {
    return root("order " + order.text());
  }

  /** The writing of an order. */
  public static SpanId order(OrderMark order) {
    return call(order).child("order");
  }

  /** Where the trace of that begins. */
  static SpanId root(String what) {
    return new SpanId(digits(what, TRACE), digits(what + " begins", SPAN));
  }

  /** Another span of the same trace. */
  SpanId child(String what) {
    return new SpanId(trace, digits(trace + " " + what, SPAN));
  }

  private static String digits(String text, int length) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, length);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
