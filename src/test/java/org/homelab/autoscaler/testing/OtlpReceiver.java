package org.homelab.autoscaler.testing;

import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A collector's HTTP port for traces. It reads OTLP by the field numbers of its published schema,
 * so that what is sent is checked by something else than the library that sends it.
 */
public final class OtlpReceiver implements AutoCloseable {
  private static final int REFUSED = 400;

  private final HttpServer server;
  private final List<Told> spans = new CopyOnWriteArrayList<>();
  private volatile boolean refusing;

  /**
   * A span as it came in.
   *
   * @param process the resource's service.instance.id
   * @param kind 1 internal, 2 server
   * @param failed whether its status is an error
   */
  public record Told(
      String process,
      String trace,
      String id,
      String parent,
      String name,
      long kind,
      Instant from,
      Instant to,
      Map<String, String> attributes,
      boolean failed) {}

  /** Listens on a port of its own. */
  public OtlpReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** Where to send traces. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
  }

  /** Refuses all, or takes all again. */
  public void refuse(boolean all) {
    refusing = all;
  }

  /** All that came in so far. */
  public List<Told> spans() {
    return List.copyOf(spans);
  }

  /** The first of that name about that machine. */
  public Optional<Told> span(String name, String machine) {
    return spans.stream()
        .filter(span -> span.name().equals(name))
        .filter(span -> machine.equals(span.attributes().get("homelab.machine")))
        .findFirst();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = body(exchange)) {
      byte[] request = body.readAllBytes();
      if (!refusing) {
        messages(UnknownFieldSet.parseFrom(request), 1).forEach(this::resource);
      }
      exchange.sendResponseHeaders(refusing ? REFUSED : 200, -1);
    }
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    return "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))
        ? new GZIPInputStream(exchange.getRequestBody())
        : exchange.getRequestBody();
  }

  private void resource(UnknownFieldSet spansOfAResource) {
    Map<String, String> about =
        messages(spansOfAResource, 1)
            .findFirst()
            .map(resource -> attributes(resource, 1))
            .orElse(Map.of());
    messages(spansOfAResource, 2)
        .flatMap(scope -> messages(scope, 2))
        .map(span -> told(about.getOrDefault("service.instance.id", ""), span))
        .forEach(spans::add);
  }

  private static Told told(String process, UnknownFieldSet span) {
    return new Told(
        process,
        hex(span, 1),
        hex(span, 2),
        hex(span, 4),
        text(span, 5),
        number(span, 6),
        time(span, 7),
        time(span, 8),
        attributes(span, 9),
        messages(span, 15).anyMatch(status -> number(status, 3) == 2));
  }

  private static Map<String, String> attributes(UnknownFieldSet of, int field) {
    Map<String, String> attributes = new HashMap<>();
    messages(of, field)
        .forEach(
            pair ->
                attributes.put(
                    text(pair, 1),
                    messages(pair, 2).map(value -> text(value, 1)).findFirst().orElse("")));
    return attributes;
  }

  private static Stream<UnknownFieldSet> messages(UnknownFieldSet of, int field) {
    return of.getField(field).getLengthDelimitedList().stream()
        .map(
            bytes -> {
              try {
                return UnknownFieldSet.parseFrom(bytes);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static String text(UnknownFieldSet of, int field) {
    return of.getField(field).getLengthDelimitedList().stream()
        .map(bytes -> bytes.toStringUtf8())
        .findFirst()
        .orElse("");
  }

  private static String hex(UnknownFieldSet of, int field) {
    return of.getField(field).getLengthDelimitedList().stream()
        .map(bytes -> HexFormat.of().formatHex(bytes.toByteArray()))
        .findFirst()
        .orElse("");
  }

  private static long number(UnknownFieldSet of, int field) {
    return of.getField(field).getVarintList().stream().findFirst().orElse(0L);
  }

  private static Instant time(UnknownFieldSet of, int field) {
    long nanos = of.getField(field).getFixed64List().get(0);
    return Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
