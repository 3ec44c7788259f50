package org.homelab.autoscaler.testing.devices;

import java.util.Map;
import java.util.Optional;

/** Home Assistant with one switch. */
public final class HomeAssistantFake extends HttpFake {
  private static final String TOKEN = "canary-home-assistant.token";

  public HomeAssistantFake() {
    super(Optional.empty());
  }

  @Override
  Reply reply(Request request) {
    if (!request.header("Authorization").equals("Bearer " + TOKEN)) {
      return new Reply(401, "401: Unauthorized");
    }
    if (request.path().equals("/api/states/switch.rack_1")) {
      return new Reply(
          200, "{\"entity_id\":\"switch.rack_1\",\"state\":\"" + (on() ? "on" : "off") + "\"}");
    }
    boolean wanted = request.path().equals("/api/services/switch/turn_on");
    if (!request.body().equals("{\"entity_id\":\"switch.rack_1\"}")) {
      return new Reply(400, "");
    }
    boolean changes = wanted != on();
    turn(wanted);
    return new Reply(200, changes ? "[{\"entity_id\":\"switch.rack_1\"}]" : "[]");
  }

  @Override
  public String recipe() {
    return "home-assistant";
  }

  @Override
  public Map<String, String> parameters() {
    return Map.of("url", "http://127.0.0.1:" + port() + "/", "entity", "switch.rack_1");
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("token", TOKEN);
  }
}
