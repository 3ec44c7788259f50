package org.homelab.autoscaler.page;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Refuses what another site makes a browser send. A request that changes something must carry a
 * header that other sites cannot set, and come from the page itself. Where the page is meant for
 * this machine only, the host that the browser was told must be this machine's too, so that a name
 * on the Internet which is made to point here gets no answer.
 */
public final class RequestGuard {
  /** The header that only the page itself can send. */
  public static final String HEADER = "X-Homelab-Page";

  private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> READING = Set.of("GET", "HEAD");

  private final boolean onlyHere;

  /**
   * A guard.
   *
   * @param onlyHere whether the page is meant for browsers on this machine only
   */
  public RequestGuard(boolean onlyHere) {
    this.onlyHere = onlyHere;
  }

  /** Why the request is refused; empty if it is not. */
  Optional<String> refusal(String method, UnaryOperator<String> headers) {
    String host = Optional.ofNullable(headers.apply("Host")).orElse("");
    if (onlyHere && !HERE.contains(host.replaceFirst(":\\d+$", ""))) {
      return Optional.of("open the page as http://localhost, not as " + host);
    }
    if (READING.contains(method)) {
      return Optional.empty();
    }
    if (headers.apply(HEADER) == null) {
      return Optional.of("header " + HEADER + " is missing: only the page itself may do this");
    }
    boolean json =
        Optional.ofNullable(headers.apply("Content-Type"))
            .filter(type -> type.startsWith("application/json"))
            .isPresent();
    if (!json) {
      return Optional.of("write the request as application/json");
    }
    return Optional.ofNullable(headers.apply("Origin"))
        .filter(origin -> !host.equals(authority(origin)))
        .map(origin -> "this came from " + origin + ": only the page itself may do this");
  }

  private static String authority(String origin) {
    try {
      return Optional.ofNullable(URI.create(origin).getAuthority()).orElse("");
    } catch (IllegalArgumentException unreadable) {
      return "";
    }
  }
}
