package org.homelab.autoscaler.recipes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.camel.ExchangeProperty;

/** A Shelly plug or relay: generation 1 by its REST API, later ones by RPC over HTTP. */
public final class Shelly {
  private static final double WATT_MINUTES = 60_000;
  private static final double WATT_HOURS = 1_000;

  private final Http http;

  Shelly(Http http) {
    this.http = http;
  }

  /** Switches it on. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    switchTo(call, true);
  }

  /** Switches it off. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    switchTo(call, false);
  }

  /**
   * Has it switch off and, by itself, on again ten seconds later ({@code timer} and {@code
   * toggle_after}: shelly-api-docs.shelly.cloud).
   */
  public void cycle(@ExchangeProperty(Call.PROPERTY) Call call) {
    Http.Request request =
        first(call)
            ? Http.Request.form(
                request(call, "/relay/" + call.text("relay"), "").uri(), "turn=off&timer=10")
            : Http.Request.post(
                request(call, "/rpc/Switch.Set", "").uri(),
                Json.object()
                    .put("id", call.number("relay"))
                    .put("on", false)
                    .put("toggle_after", 10)
                    .toString());
    if (call.rehearse(request.toString())) {
      return;
    }
    JsonNode says = Json.read(send(call, request, 1).body());
    if (!(first(call) ? says.has("ison") : says.has("was_on"))) {
      throw call.unclear(request.device(), "did not confirm; check generation and relay");
    }
  }

  /** Asks whether it is on, and what it measures. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    Http.Request request =
        first(call)
            ? request(call, "/relay/" + call.text("relay"), "")
            : request(call, "/rpc/Switch.GetStatus", "id=" + call.text("relay"));
    if (call.rehearse(request.toString())) {
      return Reading.unknown("nothing was asked");
    }
    JsonNode says = Json.read(send(call, request).body());
    return first(call) ? firstReading(call, says) : reading(call, says);
  }

  private Reading firstReading(Call call, JsonNode relay) {
    JsonNode meter =
        Json.read(send(call, request(call, "/meter/" + call.text("relay"), "")).body());
    boolean valid = meter.path("is_valid").asBoolean(false);
    OptionalDouble watts = valid ? Json.number(meter.path("power")) : OptionalDouble.empty();
    OptionalDouble total = valid ? Json.number(meter.path("total")) : OptionalDouble.empty();
    return Outlet.reading(call, relay.path("ison").asText(), watts)
        .measured(watts, divided(total, WATT_MINUTES));
  }

  private static Reading reading(Call call, JsonNode says) {
    OptionalDouble watts = Json.number(says.path("apower"));
    return Outlet.reading(call, says.path("output").asText(), watts)
        .measured(watts, divided(Json.number(says.path("aenergy").path("total")), WATT_HOURS));
  }

  private static OptionalDouble divided(OptionalDouble value, double by) {
    return value.isPresent() ? OptionalDouble.of(value.getAsDouble() / by) : value;
  }

  private void switchTo(Call call, boolean on) {
    Http.Request request =
        first(call)
            ? request(call, "/relay/" + call.text("relay"), "turn=" + (on ? "on" : "off"))
            : request(call, "/rpc/Switch.Set", "id=" + call.text("relay") + "&on=" + on);
    if (call.rehearse(request + "?" + request.uri().getQuery())) {
      return;
    }
    JsonNode says = Json.read(send(call, request).body());
    boolean confirmed =
        first(call) ? says.path("ison").asText().equals("" + on) : says.has("was_on");
    if (!confirmed) {
      throw call.unclear(
          request.device(), "did not confirm; check generation and relay, or update its firmware");
    }
  }

  /** Later generations ask for a digest, the first one takes basic credentials. */
  private Http.Answer send(Call call, Http.Request request) {
    return send(call, request, Math.max(1, call.number("tries")));
  }

  private Http.Answer send(Call call, Http.Request request, int tries) {
    String password = call.secret("password");
    if (first(call)) {
      return http.send(call, request.basic(call.text("user"), password), Http.Answer::good, tries);
    }
    Http.Answer answer =
        http.send(
            call, request, it -> it.good() || (it.status() == 401 && !password.isEmpty()), tries);
    return answer.good()
        ? answer
        : http.send(
            call,
            request.with(
                "Authorization", Digest.answer(call, request, answer.whole(), "admin", password)),
            Http.Answer::good,
            tries);
  }

  private static boolean first(Call call) {
    return call.text("generation").equals("1");
  }

  private static Http.Request request(Call call, String path, String query) {
    return Http.Request.get(
        Http.uri(
            call,
            "http",
            call.text("host"),
            Optional.of(call.number("port")).filter(port -> port > 0),
            path,
            query));
  }
}
