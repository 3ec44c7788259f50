package org.homelab.autoscaler.camel;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Asks the API server to end each watch before long, and so can tell a quiet watch from a deaf one:
 * a watch that has not ended in time has lost its server, whatever the connection looks like. Reads
 * lists over connections of their own, since one that was kept may have lost its server too.
 */
final class WatchLimit implements Interceptor {
  /** Name of the interceptor. */
  static final String NAME = "homelab-watch-limit";

  private static final Pattern LIMIT = Pattern.compile("\\btimeoutSeconds=\\d+");
  private static final int SPREAD = 5;

  /** What an orderly end and the next beginning may take: a third of the time and this. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final long seconds;
  private final Clock clock;
  private volatile Optional<Instant> opened = Optional.empty();

  /**
   * A limit for the watches of one resource.
   *
   * @param longest how long a watch lasts at most; those of different resources last up to a fifth
   *     less, so that they do not all begin at once
   */
  WatchLimit(String resource, Duration longest, Clock clock) {
    long most = Math.max(1, longest.toSeconds());
    this.seconds = most - Math.floorMod(resource.hashCode(), most / SPREAD + 1);
    this.clock = clock;
  }

  /** How long the server is asked to keep a watch open, in seconds. */
  long seconds() {
    return seconds;
  }

  /** When the latest watch was opened, if one ever was. */
  Optional<Instant> opened() {
    return opened;
  }

  /** Whether the latest watch should have ended, and been followed by another, before now. */
  boolean overdue() {
    return opened
        .map(at -> at.plusSeconds(seconds + seconds / 3).plus(GRACE))
        .filter(end -> end.isBefore(clock.instant()))
        .isPresent();
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (watches(request)) {
      String limited = LIMIT.matcher(request.uri().toString()).replaceAll(limit());
      builder.uri(URI.create(limited));
    } else {
      builder.setHeader("Connection", "close");
    }
  }

  @Override
  public void after(
      HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> body) {
    if (watches(request) && response.code() < HttpURLConnection.HTTP_MULT_CHOICE) {
      opened = Optional.of(clock.instant());
    }
  }

  private String limit() {
    return "timeoutSeconds=" + seconds;
  }

  private static boolean watches(HttpRequest request) {
    String query = request.uri().getQuery();
    return query != null && query.contains("watch=true");
  }
}
