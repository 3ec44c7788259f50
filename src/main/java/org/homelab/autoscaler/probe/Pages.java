package org.homelab.autoscaler.probe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import javax.net.ssl.SSLContext;
import org.homelab.autoscaler.fleet.Probe;

/** Gets pages, over TLS with the trust that a probe asks for. */
public final class Pages {
  private static final int FIRST_GOOD = 200;
  private static final int FIRST_BAD = 400;

  /** A renewed authority has a client of its own; clients nobody uses any more go. */
  private static final int MOST_CLIENTS = 32;

  private final BiFunction<String, String, Optional<String>> authorities;
  private final Map<Trust, HttpClient> clients = new ConcurrentHashMap<>();

  /**
   * What certificates are trusted.
   *
   * @param authority PEM of the one authority; empty for those of the JVM
   */
  private record Trust(boolean anything, String authority) {}

  /**
   * Pages.
   *
   * @param authorities the {@code ca.crt} of the Secret of that namespace and name, if there is one
   */
  public Pages(BiFunction<String, String, Optional<String>> authorities) {
    this.authorities = authorities;
  }

  Seen get(String url, Probe.Http probe, String namespace, Duration patience) {
    try {
      URI uri = URI.create(url);
      Connections.Outcome connection = Connections.connect(uri.getHost(), port(uri), patience);
      return switch (connection.answer()) {
        case SILENT -> Seen.off("http " + connection.words());
        case REFUSED, NOT_ASKED -> Seen.unknown("http " + connection.words());
        case ACCEPTED -> page(uri, probe, namespace, patience);
      };
    } catch (IllegalArgumentException noUrl) {
      return Seen.unknown("http " + url + ": no URL");
    }
  }

  private Seen page(URI uri, Probe.Http probe, String namespace, Duration patience) {
    String where = "http " + uri.getHost() + ":" + port(uri) + " ";
    try {
      Optional<String> authority =
          probe.caSecret().flatMap(name -> authorities.apply(namespace, name));
      if (probe.caSecret().isPresent() && authority.isEmpty()) {
        return Seen.unknown(where + "Secret " + probe.caSecret().get() + " has no ca.crt");
      }
      var trust = new Trust(probe.insecureSkipVerify(), authority.orElse(""));
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(patience).build();
      int status = client(trust).send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return expected(probe, status)
          ? Seen.on(where + "answers " + status)
          : Seen.unknown(where + "answers " + status);
    } catch (IOException | GeneralSecurityException failed) {
      return Seen.unknown(where + failed.getClass().getSimpleName());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Seen.unknown(where + "interrupted");
    }
  }

  private static boolean expected(Probe.Http probe, int status) {
    return probe.expectedStatus().isPresent()
        ? probe.expectedStatus().getAsInt() == status
        : status >= FIRST_GOOD && status < FIRST_BAD;
  }

  private static int port(URI uri) {
    return uri.getPort() > 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
  }

  private HttpClient client(Trust trust) throws GeneralSecurityException, IOException {
    HttpClient known = clients.get(trust);
    if (known != null) {
      return known;
    }
    HttpClient.Builder building = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (trust.anything() || !trust.authority().isEmpty()) {
      SSLContext tls =
          trust.anything() ? Trusting.anything() : Trusting.authority(trust.authority());
      building.sslContext(tls);
    }
    HttpClient client = building.build();
    if (clients.size() >= MOST_CLIENTS) {
      clients.clear();
    }
    clients.put(trust, client);
    return client;
  }
}
