package org.homelab.autoscaler.recipes;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Optional;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.fleet.ObservedPower;

/** A virtual machine or container of Proxmox VE as a machine, by its API with a token. */
public final class Proxmox {
  private final Http http;

  Proxmox(Http http) {
    this.http = http;
  }

  /** Starts it, unless it runs. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    command(call, "start", ObservedPower.ON);
  }

  /** Shuts it down or stops it, as offType says, unless it is stopped. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    command(call, call.text("offType"), ObservedPower.OFF);
  }

  /** Asks for its status. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    Http.Request request = current(call);
    if (call.rehearse(request.toString())) {
      return Reading.unknown("nothing was asked");
    }
    ObservedPower power = power(call);
    return power == ObservedPower.UNKNOWN
        ? Reading.unknown("it is neither running nor stopped")
        : Reading.of(power);
  }

  private void command(Call call, String command, ObservedPower wanted) {
    Http.Request request =
        signed(call, new Http.Request("POST", uri(call, command), java.util.Map.of(), ""));
    if (call.rehearse(request.toString()) || power(call) == wanted) {
      return;
    }
    JsonNode task = Json.read(http.send(call, request).body()).path("data");
    if (!task.asText().startsWith("UPID:")) {
      throw call.unclear(request.device(), "has started no task; check node, vmid and kind");
    }
  }

  private ObservedPower power(Call call) {
    JsonNode status = Json.read(http.send(call, current(call)).body()).path("data").path("status");
    return switch (status.asText()) {
      case "running" -> ObservedPower.ON;
      case "stopped" -> ObservedPower.OFF;
      default -> ObservedPower.UNKNOWN;
    };
  }

  private static Http.Request current(Call call) {
    return signed(call, Http.Request.get(uri(call, "current")));
  }

  private static Http.Request signed(Call call, Http.Request request) {
    return request.with(
        "Authorization",
        "PVEAPIToken=" + call.text("tokenId") + "=" + call.secret("token").strip());
  }

  private static URI uri(Call call, String command) {
    return Http.uri(
        call,
        "https",
        call.text("host"),
        Optional.of(call.number("port")),
        "/api2/json/nodes/%s/%s/%s/status/%s"
            .formatted(call.text("node"), call.text("kind"), call.text("vmid"), command),
        "");
  }
}
