package org.homelab.autoscaler.recipes;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.camel.ExchangeProperty;

/** A plug or relay with Tasmota, by its web requests. */
public final class Tasmota {
  private final Http http;

  Tasmota(Http http) {
    this.http = http;
  }

  /** Switches it on. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    switchTo(call, "ON");
  }

  /** Switches it off. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    switchTo(call, "OFF");
  }

  /**
   * Has it switch off and, by itself, on again ten seconds later ({@code Backlog}, {@code Delay} in
   * tenths of a second: tasmota.github.io/docs/Commands).
   */
  public void cycle(@ExchangeProperty(Call.PROPERTY) Call call) {
    String relay = relay(call);
    String both = "Backlog %s OFF; Delay 100; %s ON".formatted(relay, relay);
    // The web servers of both chips put what stands in the URL and in a form together.
    Http.Request request = Http.Request.form(command(call, both).uri(), "once=1");
    if (call.rehearse(request + " (" + both + ")")) {
      return;
    }
    JsonNode says = Json.read(http.send(call, request, Http.Answer::good, 1).body());
    // It answers a backlog with a warning that says nothing of the kind when all is well.
    if (!says.isObject() || says.path("WARNING").asText().contains("password")) {
      throw says.isObject()
          ? call.notTaken(
              request.device(), "refused the credentials; check user and the Secret of secretRef")
          : call.unclear(request.device(), "did not answer as Tasmota does");
    }
  }

  /** Asks whether it is on, and what it measures. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    Http.Request status = command(call, "Status 0");
    if (call.rehearse(status.toString() + " (Status 0)")) {
      return Reading.unknown("nothing was asked");
    }
    JsonNode says = Json.read(http.send(call, status).body());
    JsonNode relay = says.path("StatusSTS").path(relay(call));
    JsonNode power = relay.isMissingNode() ? says.path("StatusSTS").path("POWER") : relay;
    JsonNode energy = says.path("StatusSNS").path("ENERGY");
    OptionalDouble watts = Json.number(energy.path("Power"));
    return Outlet.reading(call, power.asText(), watts)
        .measured(watts, Json.number(energy.path("Total")));
  }

  private void switchTo(Call call, String state) {
    Http.Request request = command(call, relay(call) + " " + state);
    if (call.rehearse(request + " (" + relay(call) + " " + state + ")")) {
      return;
    }
    JsonNode says = Json.read(http.send(call, request).body());
    if (says.path("WARNING").isTextual()) {
      throw call.notTaken(
          request.device(), "refused the credentials; check user and the Secret of secretRef");
    }
    JsonNode relay = says.path(relay(call));
    String now = (relay.isMissingNode() ? says.path("POWER") : relay).asText();
    if (!now.equals(state)) {
      throw call.unclear(
          request.device(), "did not confirm " + state + "; check relay and its console");
    }
  }

  private static String relay(Call call) {
    return "POWER" + call.text("relay");
  }

  private static Http.Request command(Call call, String command) {
    String password = call.secret("password");
    String credentials =
        password.isEmpty()
            ? ""
            : "user="
                + Http.escaped(call.text("user"))
                + "&password="
                + Http.escaped(password)
                + "&";
    URI uri =
        Http.uri(
            call,
            call.text("scheme"),
            call.text("host"),
            Optional.of(call.number("port")).filter(port -> port > 0),
            "/cm",
            credentials + "cmnd=" + Http.escaped(command));
    return Http.Request.get(uri);
  }
}
