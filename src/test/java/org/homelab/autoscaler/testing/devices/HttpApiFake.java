package org.homelab.autoscaler.testing.devices;

import java.util.Map;
import java.util.Optional;

/** Somebody's own switch with an HTTP API. */
public final class HttpApiFake extends HttpFake {
  /** A body that would do harm if anything of it were evaluated. */
  public static final String ON =
      "{\"to\":\"on\",\"note\":\"${body} {{homelab.mode}} & ? ' RAW(x) \n\"}";

  private static final String TOKEN = "canary-token-&${x}";

  public HttpApiFake() {
    super(Optional.empty());
  }

  @Override
  Reply reply(Request request) {
    if (!request.header("X-Api-Key").equals(TOKEN)) {
      return new Reply(403, "");
    }
    if (request.method().equals("PUT")) {
      turn(request.body().contains("\"to\":\"on\""));
      return new Reply(202, "accepted");
    }
    return new Reply(200, "{\"outlets\":[{\"state\":\"" + (on() ? "UP" : "DOWN") + "\"}]}");
  }

  @Override
  public String recipe() {
    return "http";
  }

  @Override
  public Map<String, String> parameters() {
    String url = "http://127.0.0.1:" + port() + "/outlets/4?a=b&c=%26";
    return Map.ofEntries(
        Map.entry("onUrl", url),
        Map.entry("onMethod", "PUT"),
        Map.entry("onBody", ON),
        Map.entry("offUrl", url),
        Map.entry("offMethod", "PUT"),
        Map.entry("offBody", "{\"to\":\"off\"}"),
        Map.entry("stateUrl", url),
        Map.entry("statePath", "$.outlets[0].state"),
        Map.entry("onValue", "UP"),
        Map.entry("offValue", "DOWN"),
        Map.entry("expectedText", "accepted"),
        Map.entry("headers", "Content-Type: application/json\nX-Note: a&b"),
        Map.entry("tokenHeader", "X-Api-Key"));
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("token", TOKEN);
  }
}
