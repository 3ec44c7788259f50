package org.homelab.autoscaler.recipes;

import java.net.URI;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.fleet.ObservedPower;

/** Anything that Home Assistant can switch, by its REST API. */
public final class HomeAssistant {
  private final Http http;

  HomeAssistant(Http http) {
    this.http = http;
  }

  /** Turns the entity on. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    turn(call, "turn_on");
  }

  /** Turns the entity off. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    turn(call, "turn_off");
  }

  /** Asks for the state of the entity; unavailable is unknown. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    Http.Request request = signed(call, Http.Request.get(uri(call, "/api/states/" + entity(call))));
    if (call.rehearse(request.toString())) {
      return Reading.unknown("nothing was asked");
    }
    String state = Json.read(http.send(call, request).body()).path("state").asText();
    return switch (state) {
      case "on" -> Reading.of(ObservedPower.ON);
      case "off" -> Reading.of(ObservedPower.OFF);
      default -> Reading.unknown("the entity is neither on nor off");
    };
  }

  private void turn(Call call, String service) {
    String domain = entity(call).substring(0, entity(call).indexOf('.'));
    Http.Request request =
        signed(
            call,
            Http.Request.post(
                uri(call, "/api/services/" + domain + "/" + service),
                Json.object().put("entity_id", entity(call)).toString()));
    if (call.rehearse(request.toString())) {
      return;
    }
    // It answers with the states that have changed, none if the entity was so already.
    if (!Json.read(http.send(call, request).body()).isArray()) {
      throw call.unclear(request.device(), "is no Home Assistant; check url");
    }
  }

  private static String entity(Call call) {
    return call.text("entity");
  }

  private static Http.Request signed(Call call, Http.Request request) {
    return request.with("Authorization", "Bearer " + call.secret("token").strip());
  }

  private static URI uri(Call call, String path) {
    return URI.create(call.text("url").replaceFirst("/+$", "") + path);
  }
}
