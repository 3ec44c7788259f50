package org.homelab.autoscaler.testing.devices;

import java.util.Map;
import java.util.Optional;

/** A plug with Tasmota 14, password set. */
public final class TasmotaFake extends HttpFake {
  private static final String PASSWORD = "canary-tasmota&?${body}";

  public TasmotaFake() {
    super(Optional.empty());
  }

  @Override
  Reply reply(Request request) {
    Map<String, String> query = Queries.parse(request.head().getRequestURI().getRawQuery());
    if (!PASSWORD.equals(query.get("password")) || !"admin".equals(query.get("user"))) {
      return new Reply(200, "{\"WARNING\":\"Need user=<username>&password=<password>\"}");
    }
    String command = query.getOrDefault("cmnd", "");
    if (command.equals("Status 0")) {
      return new Reply(
          200,
          ("{\"Status\":{\"Power\":%d},\"StatusSNS\":{\"ENERGY\":{\"Total\":12.5,\"Power\":%d}},"
                  + "\"StatusSTS\":{\"POWER1\":\"%s\"}}")
              .formatted(on() ? 1 : 0, on() ? 61 : 0, on() ? "ON" : "OFF"));
    }
    if (command.startsWith("Backlog ")) {
      return new Reply(200, "{\"WARNING\":\"Enable weblog 2 if response expected\"}");
    }
    if (command.startsWith("POWER1 ")) {
      turn(command.endsWith("ON"));
      return new Reply(200, "{\"POWER1\":\"" + (on() ? "ON" : "OFF") + "\"}");
    }
    return new Reply(200, "{\"Command\":\"Unknown\"}");
  }

  @Override
  public String recipe() {
    return "tasmota";
  }

  @Override
  public Map<String, String> parameters() {
    return Map.of("host", "127.0.0.1", "port", "" + port());
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("password", PASSWORD);
  }
}
