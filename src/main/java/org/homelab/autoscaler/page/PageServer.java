package org.homelab.autoscaler.page;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.homelab.autoscaler.fleet.ObjectKey;

/**
 * Serves the page on Camel's own HTTP server ({@code platform-http}): its files, the stream of what
 * happens, one machine in full, and the deeds that are offered.
 */
public final class PageServer {
  private static final int LOOK_SECONDS = 1;
  private static final int LARGEST_BODY = 4096;

  /** What a browser may load and who may frame the page: nobody, and only from here. */
  private static final Map<String, String> SAFETY =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
              + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-cache");

  private final CamelContext context;
  private final int port;
  private final RackSource source;
  private final Deeds deeds;
  private final RequestGuard guard;
  private final LiveStream stream;
  private final Assets assets = new Assets();

  /**
   * A page that is not served yet.
   *
   * @param port of Camel's HTTP server
   * @param deeds what people may do there
   */
  public PageServer(
      CamelContext context, int port, RackSource source, Deeds deeds, RequestGuard guard) {
    this.context = context;
    this.port = port;
    this.source = source;
    this.deeds = deeds;
    this.guard = guard;
    this.stream = new LiveStream(source);
  }

  /** Serves from now on, until Camel stops. Camel's HTTP server must be up. */
  public void start() {
    Router router =
        VertxPlatformHttpRouter.lookup(
            context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
    router.route().order(-2).handler(this::protect);
    Assets.paths().forEach(path -> router.get(path).handler(this::file));
    router.get("/api/stream").handler(this::follow);
    router.get("/api/machines/:namespace/:name").handler(this::machine);
    router.get("/api/deeds").handler(this::offered);
    router
        .post("/api/deeds/:deed")
        .handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY))
        .blockingHandler(this::act, false);
    var unused =
        context
            .getExecutorServiceManager()
            .newSingleThreadScheduledExecutor(this, "page")
            .scheduleWithFixedDelay(stream::tick, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  private void protect(RoutingContext exchange) {
    SAFETY.forEach(exchange.response()::putHeader);
    HttpServerRequest request = exchange.request();
    Optional<String> refusal =
        guard.refusal(request.method().name(), name -> header(request, name));
    if (refusal.isPresent()) {
      answer(exchange, 403, new Problem(refusal.get()));
    } else {
      exchange.next();
    }
  }

  /** From HTTP/2 on the host is no header. */
  private static String header(HttpServerRequest request, String name) {
    String header = request.getHeader(name);
    return header == null && name.equals("Host") && request.authority() != null
        ? request.authority().toString()
        : header;
  }

  private void file(RoutingContext exchange) {
    Assets.File file = assets.file(exchange.normalizedPath()).orElseThrow();
    exchange
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, file.type())
        .end(io.vertx.core.buffer.Buffer.buffer(file.content()));
  }

  private void machine(RoutingContext exchange) {
    var key = new ObjectKey(exchange.pathParam("namespace"), exchange.pathParam("name"));
    source
        .machine(key)
        .ifPresentOrElse(
            card -> answer(exchange, 200, card),
            () -> answer(exchange, 404, new Problem("there is no Node " + key)));
  }

  private void offered(RoutingContext exchange) {
    answer(exchange, 200, deeds.offer());
  }

  private void act(RoutingContext exchange) {
    Deeds.Request request =
        new Deeds.Request(
            exchange.pathParam("deed"),
            Optional.ofNullable(exchange.body().asJsonObject())
                .map(io.vertx.core.json.JsonObject::getMap)
                .orElse(Map.of()),
            Optional.ofNullable(exchange.request().getHeader(HttpHeaders.AUTHORIZATION))
                .filter(header -> header.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(header -> header.substring(7).strip()));
    try {
      answer(exchange, 200, new Done(deeds.act(request)));
    } catch (Deeds.Refused refused) {
      answer(exchange, refused.status(), new Problem(refused.getMessage()));
    }
  }

  private record Problem(String problem) {}

  private record Done(String done) {}

  private void answer(RoutingContext exchange, int status, Object body) {
    exchange
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(stream.text(body));
  }

  private void follow(RoutingContext exchange) {
    HttpServerResponse response =
        exchange
            .response()
            .setChunked(true)
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
            .putHeader("X-Accel-Buffering", "no");
    var reader = new Browser(response);
    response.closeHandler(gone -> stream.leave(reader));
    response.exceptionHandler(gone -> stream.leave(reader));
    exchange.vertx().executeBlocking(() -> join(reader), false);
  }

  private Void join(Browser reader) {
    stream.join(reader);
    return null;
  }

  /** One browser, or a terminal. */
  private record Browser(HttpServerResponse response) implements LiveStream.Reader {
    @Override
    public boolean ready() {
      return !response.writeQueueFull();
    }

    @Override
    public void send(String event) {
      if (response.closed()) {
        return;
      }
      if (event.startsWith("event: late")) {
        response.end(event);
      } else {
        response.write(event);
      }
    }
  }
}
