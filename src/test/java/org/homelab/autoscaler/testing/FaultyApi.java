package org.homelab.autoscaler.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A way to a real API server on which things go wrong: writes are refused with 409, 429 and 500 or
 * take effect without an answer, watched events come late, twice and not at all any more. What a
 * server would not do it does not do: nothing is lost from a list, and no event is out of order.
 */
public final class FaultyApi implements AutoCloseable {
  /** What can go wrong. */
  public enum Fault {
    CONFLICT,
    TOO_MANY_REQUESTS,
    SERVER_ERROR,
    NO_ANSWER_AFTER_THE_EFFECT,
    EVENT_LATE,
    EVENT_TWICE,
    WATCH_CUT
  }

  private static final int LATEST_MILLIS = 300;
  private static final List<String> HEADERS = List.of("Content-Type", "Accept", "User-Agent");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultyApi::daemon);
  private final HttpClient upstream;
  private final URI target;
  private final Random random;
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final Optional<String> token;
  private volatile boolean calm;

  /** A way to the API server of that configuration, with the faults that this seed gives. */
  public FaultyApi(Config config, long seed) {
    this.random = new Random(seed);
    this.target = URI.create(config.getMasterUrl());
    this.token =
        Optional.ofNullable(config.getAutoOAuthToken())
            .or(() -> Optional.ofNullable(config.getOauthToken()));
    try {
      this.upstream =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .sslContext(SSLUtils.sslContext(config))
              .build();
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Where to reach it; no credentials are needed. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** Lets everything through from now on. */
  public void calm() {
    calm = true;
  }

  /** How often what went wrong. */
  public synchronized Map<Fault, Integer> faults() {
    return new EnumMap<>(faults);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestHeaders().containsKey("Upgrade")) {
        exchange.sendResponseHeaders(503, -1);
      } else if (exchange.getRequestMethod().equals("GET")) {
        read(exchange);
      } else {
        write(exchange);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(HttpExchange exchange) throws IOException, InterruptedException {
    boolean creates = exchange.getRequestMethod().equals("POST");
    if (!creates && strikes(Fault.CONFLICT, 6)) {
      refuse(exchange, 409, "Conflict");
    } else if (strikes(Fault.TOO_MANY_REQUESTS, 4)) {
      refuse(exchange, 429, "TooManyRequests");
    } else if (strikes(Fault.SERVER_ERROR, 4)) {
      refuse(exchange, 500, "InternalError");
    } else {
      HttpResponse<byte[]> answer =
          upstream.send(forwarded(exchange), HttpResponse.BodyHandlers.ofByteArray());
      if (!strikes(Fault.NO_ANSWER_AFTER_THE_EFFECT, 6)) {
        answer(exchange, answer.statusCode(), answer.body());
      }
    }
  }

  private void read(HttpExchange exchange) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        upstream.send(forwarded(exchange), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      String query = exchange.getRequestURI().getQuery();
      if (query == null || !query.contains("watch=true") || answer.statusCode() != 200) {
        answer(exchange, answer.statusCode(), body.readAllBytes());
      } else {
        watch(exchange, body);
      }
    }
  }

  private void watch(HttpExchange exchange, InputStream events) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.flush();
    var lines = new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (strikes(Fault.WATCH_CUT, 3)) {
        return;
      }
      if (strikes(Fault.EVENT_LATE, 20)) {
        LockSupport.parkNanos(1_000_000L * number(LATEST_MILLIS));
      }
      tell(out, line);
      if (strikes(Fault.EVENT_TWICE, 20)) {
        tell(out, line);
      }
    }
  }

  private static void tell(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private HttpRequest forwarded(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.resolve(exchange.getRequestURI().toString()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : HEADERS) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.setHeader(name, value);
      }
    }
    token.ifPresent(secret -> request.setHeader("Authorization", "Bearer " + secret));
    return request.build();
  }

  private static void refuse(HttpExchange exchange, int code, String reason) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String status =
        """
        {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"%s","code":%d,"message":"a fault"}
        """
            .formatted(reason, code);
    answer(exchange, code, status.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private synchronized int number(int bound) {
    return random.nextInt(bound);
  }

  private synchronized boolean strikes(Fault fault, int percent) {
    boolean strikes = !calm && random.nextInt(100) < percent;
    if (strikes) {
      faults.merge(fault, 1, Integer::sum);
    }
    return strikes;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "faulty-api");
    thread.setDaemon(true);
    return thread;
  }
}
