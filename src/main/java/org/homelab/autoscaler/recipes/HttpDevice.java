package org.homelab.autoscaler.recipes;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.fleet.ObservedPower;

/** Any device with an HTTP API: requests, answers and the place of the state are told. */
public final class HttpDevice {
  private final Http http;

  HttpDevice(Http http) {
    this.http = http;
  }

  /** Sends the request that switches it on. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    send(call, call.text("onMethod"), call.text("onUrl"), call.text("onBody"));
  }

  /** Sends the request that switches it off. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    send(call, call.text("offMethod"), call.text("offUrl"), call.text("offBody"));
  }

  /** Reads the state; what is neither of the two values told is unknown. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    if (call.given("stateUrl").isEmpty()) {
      return Reading.unknown("write stateUrl to have it asked");
    }
    Http.Request request = request(call, "GET", call.text("stateUrl"), "");
    if (call.rehearse(request.toString())) {
      return Reading.unknown("nothing was asked");
    }
    String said = http.send(call, request, it -> expected(call, it)).body();
    String state = Json.textAt(said, call.text("statePath"));
    if (state.equals(call.text("onValue"))) {
      return Reading.of(ObservedPower.ON);
    }
    return state.equals(call.text("offValue"))
        ? Reading.of(ObservedPower.OFF)
        : Reading.unknown("the state is neither onValue nor offValue");
  }

  private void send(Call call, String method, String url, String body) {
    Http.Request request = request(call, method, url, body);
    if (!call.rehearse(request.toString())) {
      http.send(
          call, request, it -> expected(call, it) && it.body().contains(call.text("expectedText")));
    }
  }

  private static boolean expected(Call call, Http.Answer answer) {
    String status = call.text("expectedStatus");
    return status.isEmpty() ? answer.good() : status.equals("" + answer.status());
  }

  private static Http.Request request(Call call, String method, String url, String body) {
    Map<String, String> headers = new TreeMap<>();
    call.text("headers")
        .lines()
        .filter(line -> line.contains(":"))
        .forEach(
            line ->
                headers.put(
                    line.substring(0, line.indexOf(':')).strip(),
                    line.substring(line.indexOf(':') + 1).strip()));
    String token = call.secret("token").strip();
    if (!token.isEmpty()) {
      String name = call.text("tokenHeader");
      headers.put(name, name.equalsIgnoreCase("Authorization") ? "Bearer " + token : token);
    }
    return new Http.Request(method, uri(call, url), headers, body)
        .basic(token.isEmpty() ? call.text("user") : "", call.secret("password"));
  }

  private static URI uri(Call call, String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException unreadable) {
      // Said below, without the words of the parser, which repeat the URL.
    }
    throw call.notTaken(
        "url", "must be http:// or https:// with a host, escaped, without user and password");
  }
}
