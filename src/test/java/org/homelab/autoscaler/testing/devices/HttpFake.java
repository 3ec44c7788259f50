package org.homelab.autoscaler.testing.devices;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A device that speaks HTTP, with the faults that all of them have. */
abstract class HttpFake implements Device {
  private static final long SLOWLY = 150;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger busy = new AtomicInteger();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile Fault fault = Fault.NONE;
  private volatile boolean on;

  /** What was asked. */
  public record Request(String method, String path, String query, String body, HttpExchange head) {
    String header(String name) {
      return Optional.ofNullable(head.getRequestHeaders().getFirst(name)).orElse("");
    }

    boolean basic(String user, String password) {
      String both = user + ":" + password;
      return header("Authorization")
          .equals(
              "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** What is answered. */
  record Reply(int status, String body) {}

  HttpFake(Optional<TestCertificate> certificate) {
    var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      if (certificate.isPresent()) {
        HttpsServer secure = HttpsServer.create(anywhere, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(certificate.get().context()));
        server = secure;
      } else {
        server = HttpServer.create(anywhere, 0);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** What the device says when nothing is wrong with it. */
  abstract Reply reply(Request request);

  private void handle(HttpExchange exchange) throws IOException {
    var request =
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
            exchange);
    requests.add(request);
    Reply reply =
        switch (fault) {
          case NONE -> reply(request);
          case LIES -> new Reply(200, "<html>Please log in</html>");
          case STALLS -> {
            pause(TimeUnit.MINUTES.toMillis(1));
            yield new Reply(500, "");
          }
          case SLOW -> {
            pause(SLOWLY);
            yield reply(request);
          }
          case REFUSES_CREDENTIALS -> new Reply(401, "");
          case THIRD_TIME ->
              busy.incrementAndGet() % 3 == 0 ? reply(request) : new Reply(503, "busy");
          case DROPS -> new Reply(0, "");
        };
    if (reply.status() == 0) {
      exchange.close();
      return;
    }
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void pause(long millis) {
    try {
      closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Everything asked so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public String address() {
    return "127.0.0.1:" + port();
  }

  @Override
  public void fault(Fault next) {
    busy.set(0);
    fault = next;
  }

  @Override
  public boolean on() {
    return on;
  }

  @Override
  public void turn(boolean to) {
    on = to;
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
