package org.homelab.autoscaler.recipes;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Speaks HTTP to devices: each exchange has a hard deadline for the whole of its answer, a device
 * that is busy or drops the connection gets {@code tries} tries, and only commands that may be
 * repeated are sent. Trust is per device: the system's authorities, those of a PEM bundle, or one
 * certificate by its fingerprint.
 */
final class Http {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int LAST_OF_SUCCESS = 299;
  private static final int BUSY = 429;
  private static final int SERVER_FAULT = 500;

  private final Map<Trust, HttpClient> clients = new ConcurrentHashMap<>();

  /** Whom to take for the device. */
  record Trust(String authorities, String fingerprint) {}

  /** A request to a device; headers may hold secrets, so it prints itself without them. */
  record Request(String method, URI uri, Map<String, String> headers, String body) {
    static Request get(URI uri) {
      return new Request("GET", uri, Map.of(), "");
    }

    static Request post(URI uri, String json) {
      return new Request("POST", uri, Map.of("Content-Type", "application/json"), json);
    }

    /** A form; the client below sends it once, whereas it repeats a GET that breaks off. */
    static Request form(URI uri, String fields) {
      return new Request(
          "POST", uri, Map.of("Content-Type", "application/x-www-form-urlencoded"), fields);
    }

    Request with(String header, String value) {
      var all = new java.util.TreeMap<>(headers);
      all.put(header, value);
      return new Request(method, uri, all, body);
    }

    Request basic(String user, String password) {
      byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return user.isEmpty() && password.isEmpty()
          ? this
          : with("Authorization", "Basic " + Base64.getEncoder().encodeToString(both));
    }

    /** Where it goes, without what may be secret in a query. */
    String device() {
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      return uri.getScheme() + "://" + uri.getHost() + port + uri.getPath();
    }

    @Override
    public String toString() {
      return method + " " + device() + (body.isEmpty() ? "" : " " + body);
    }
  }

  /** What a device answered. */
  record Answer(int status, String body, HttpResponse<String> whole) {
    boolean good() {
      return status >= 200 && status <= LAST_OF_SUCCESS;
    }
  }

  /** Sends it; any 2xx will do. */
  Answer send(Call call, Request request) {
    return send(call, request, Answer::good);
  }

  /**
   * Sends it in as many tries as the call allows.
   *
   * @param expected whether an answer is what the device says when it has done what it was told
   * @return the expected answer
   * @throws RecipeFailure.NotTaken if the device could not be reached or refused
   * @throws RecipeFailure if it is unknown whether it did what it was told
   */
  Answer send(Call call, Request request, Predicate<Answer> expected) {
    return send(call, request, expected, Math.max(1, call.number("tries")));
  }

  /** The same in so many tries; what must not be repeated is sent in one. */
  Answer send(Call call, Request request, Predicate<Answer> expected, int tries) {
    RecipeFailure last = null;
    boolean unclear = false;
    for (int attempt = 1; attempt <= tries; attempt++) {
      call.stillWanted(request.device());
      try {
        Answer answer = once(call, request);
        if (expected.test(answer)) {
          return answer;
        }
        last = refused(call, request, answer);
        unclear |= !(last instanceof RecipeFailure.NotTaken);
        if (answer.status() < SERVER_FAULT && answer.status() != BUSY) {
          break;
        }
      } catch (RecipeFailure failure) {
        last = failure;
        unclear |= !(failure instanceof RecipeFailure.NotTaken);
      }
      if (attempt < tries) {
        rest(call);
      }
    }
    throw unclear ? new RecipeFailure(last.getMessage()) : last;
  }

  private Answer once(Call call, Request request) {
    String device = request.device();
    Duration limit = call.seconds("timeLimit");
    CompletableFuture<HttpResponse<String>> answer =
        client(call).sendAsync(built(call, request, limit), Bounded.text());
    try {
      HttpResponse<String> response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), response.body(), response);
    } catch (TimeoutException late) {
      answer.cancel(true);
      throw call.unclear(
          device, "no answer within " + limit.toMillis() + " ms; is it the right address?");
    } catch (InterruptedException stop) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw call.unclear(device, "interrupted");
    } catch (ExecutionException broken) {
      throw broken(call, device, broken.getCause());
    }
  }

  private static RecipeFailure broken(Call call, String device, Throwable cause) {
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return call.notTaken(device, "cannot be reached; check address, port and its power supply");
    }
    if (cause instanceof javax.net.ssl.SSLException) {
      return call.notTaken(
          device,
          "its certificate is not trusted (%s); give its authority in caCertificates or its"
                  .formatted(Tls.why(cause))
              + " fingerprint in tlsFingerprint");
    }
    return call.unclear(
        device,
        cause instanceof IOException
            ? "the connection broke before the answer was complete"
            : "no answer: " + cause.getClass().getSimpleName());
  }

  private static RecipeFailure refused(Call call, Request request, Answer answer) {
    String device = request.device();
    return switch (answer.status()) {
      case 401, 403 ->
          call.notTaken(
              device,
              "refused the credentials (HTTP "
                  + answer.status()
                  + "); check user and the Secret of secretRef");
      case 404 -> call.notTaken(device, "has no such address (HTTP 404); check host and path");
      // A fault in the middle, or a proxy that did not wait: it may have been done all the same.
      case 500, 502, 504 -> call.unclear(device, "answered HTTP " + answer.status());
      default -> call.notTaken(device, "answered HTTP " + answer.status() + ", not as expected");
    };
  }

  /** Waits a moment before another try. */
  static void rest(Call call) {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw call.unclear("this process", "interrupted");
    }
  }

  private static HttpRequest built(Call call, Request request, Duration limit) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri())
            .timeout(limit)
            .method(
                request.method(),
                request.body().isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(request.body()));
    try {
      request.headers().forEach(builder::setHeader);
    } catch (IllegalArgumentException forbidden) {
      throw call.notTaken(request.device(), "a header cannot be sent; fix headers or the token");
    }
    return builder.build();
  }

  private HttpClient client(Call call) {
    var trust = new Trust(call.text("caCertificates"), call.text("tlsFingerprint"));
    HttpClient known = clients.get(trust);
    if (known != null) {
      return known;
    }
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    Tls.context(call, trust).ifPresent(builder::sslContext);
    HttpClient made = builder.build();
    HttpClient first = clients.putIfAbsent(trust, made);
    return first == null ? made : first;
  }

  /**
   * The address of a device.
   *
   * @param path must begin with a slash and be free of what would have to be escaped
   * @param query unescaped; empty for none
   */
  static URI uri(
      Call call, String scheme, String host, Optional<Integer> port, String path, String query) {
    try {
      String authority = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
      URI plain = new URI(scheme, null, authority, port.orElse(-1), path, null, null);
      return query.isEmpty() ? plain : URI.create(plain + "?" + query);
    } catch (java.net.URISyntaxException | IllegalArgumentException wrong) {
      throw call.notTaken(host, "is no host name or address; fix the parameter host");
    }
  }

  /** A value as it stands in a query. */
  static String escaped(String value) {
    return java.net.URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
