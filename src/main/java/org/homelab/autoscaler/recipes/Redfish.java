package org.homelab.autoscaler.recipes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.fleet.ObservedPower;

/** A server with a Redfish management controller (iDRAC, iLO, XCC, Supermicro, OpenBMC). */
public final class Redfish {
  private static final String SYSTEMS = "/redfish/v1/Systems";

  /** The one that lets the power supply rest first; not every controller has both. */
  private static final List<String> CYCLES = List.of("PowerCycle", "ForceRestart");

  /** Still on, and soon off. */
  private static final String POWERING_OFF = "PoweringOff";

  private final Http http;

  Redfish(Http http) {
    this.http = http;
  }

  /**
   * Switches the system on, unless it is.
   *
   * @throws RecipeFailure.NotTaken also while it is still powering off: it would stay off
   */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    reset(call, call.text("onType"), ObservedPower.ON);
  }

  /** Shuts the system down or forces it off, as the parameter offType says, unless it is off. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    reset(call, call.text("offType"), ObservedPower.OFF);
  }

  /** Switches a system that is on off and on again, told once. */
  public void cycle(@ExchangeProperty(Call.PROPERTY) Call call) {
    if (call.rehearse(
        post(call, SYSTEMS + path(call) + "/Actions/ComputerSystem.Reset", CYCLES.get(0)) + "")) {
      return;
    }
    JsonNode system = system(call);
    if (power(system) != ObservedPower.ON || powerState(system).equals(POWERING_OFF)) {
      throw call.notTaken(call.text("host"), "is not on; switch it on instead");
    }
    JsonNode action = system.path("Actions").path("#ComputerSystem.Reset");
    JsonNode offered = action.path("ResetType@Redfish.AllowableValues");
    String type =
        CYCLES.stream()
            .filter(it -> offered.isMissingNode() || Json.texts(offered).contains(it))
            .findFirst()
            .orElseThrow(() -> call.notTaken(call.text("host"), "offers none of " + CYCLES));
    Http.Request request =
        post(call, target(call, system), Json.object().put("ResetType", type).toString());
    http.send(call, request, Http.Answer::good, 1);
  }

  /** Asks for the power state, and what a system that is on draws. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    if (call.rehearse(get(call, SYSTEMS).toString())) {
      return Reading.unknown("nothing was asked");
    }
    JsonNode system = system(call);
    ObservedPower power = power(system);
    return power == ObservedPower.UNKNOWN
        ? Reading.unknown("PowerState is " + system.path("PowerState").asText("absent"))
        : Reading.of(power).measured(watts(call, system, power), OptionalDouble.empty());
  }

  /**
   * What its chassis draws. Not every controller measures it and some take long to say, which must
   * not make the power unknown that it has told already.
   */
  private OptionalDouble watts(Call call, JsonNode system, ObservedPower power) {
    Optional<String> chassis = link(system.path("Links").path("Chassis").path(0));
    if (power != ObservedPower.ON || chassis.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      JsonNode about = resource(call, chassis.get());
      Optional<String> older = link(about.path("Power"));
      if (older.isPresent()) {
        return Json.number(
            resource(call, older.get()).path("PowerControl").path(0).path("PowerConsumedWatts"));
      }
      Optional<String> newer = link(about.path("EnvironmentMetrics"));
      return newer.isPresent()
          ? Json.number(resource(call, newer.get()).path("PowerWatts").path("Reading"))
          : OptionalDouble.empty();
    } catch (RecipeFailure unmeasured) {
      return OptionalDouble.empty();
    }
  }

  private JsonNode resource(Call call, String path) {
    return Json.read(http.send(call, get(call, path)).body());
  }

  private static Optional<String> link(JsonNode node) {
    return Optional.of(node.path("@odata.id").asText()).filter(path -> path.startsWith("/"));
  }

  private void reset(Call call, String type, ObservedPower wanted) {
    String body = Json.object().put("ResetType", type).toString();
    if (call.rehearse(
        post(call, SYSTEMS + path(call) + "/Actions/ComputerSystem.Reset", body) + "")) {
      return;
    }
    JsonNode system = system(call);
    if (wanted == ObservedPower.ON && powerState(system).equals(POWERING_OFF)) {
      throw call.notTaken(
          call.text("host"), "is still powering off; it can be powered on once it is off");
    }
    if (power(system) == wanted) {
      return;
    }
    http.send(call, post(call, target(call, system), body));
  }

  private static String target(Call call, JsonNode system) {
    String target = system.path("Actions").path("#ComputerSystem.Reset").path("target").asText();
    if (!target.startsWith("/")) {
      throw call.notTaken(
          call.text("host"),
          "offers no ComputerSystem.Reset; check systemId and the user's rights");
    }
    return target;
  }

  private static String path(Call call) {
    return "/" + call.given("systemId").orElse("<the only system>");
  }

  private JsonNode system(Call call) {
    String path = call.given("systemId").map(id -> SYSTEMS + "/" + id).orElseGet(() -> only(call));
    return Json.read(http.send(call, get(call, path)).body());
  }

  private String only(Call call) {
    JsonNode members = Json.read(http.send(call, get(call, SYSTEMS)).body()).path("Members");
    String path = members.path(0).path("@odata.id").asText();
    if (members.size() != 1 || !path.startsWith("/")) {
      throw call.notTaken(
          call.text("host"), "has " + members.size() + " systems; name one in systemId");
    }
    return path;
  }

  private static ObservedPower power(JsonNode system) {
    return switch (powerState(system)) {
      case "On", POWERING_OFF -> ObservedPower.ON;
      case "Off" -> ObservedPower.OFF;
      default -> ObservedPower.UNKNOWN;
    };
  }

  private static String powerState(JsonNode system) {
    return system.path("PowerState").asText();
  }

  private static Http.Request get(Call call, String path) {
    return signed(call, Http.Request.get(uri(call, path)));
  }

  private static Http.Request post(Call call, String path, String body) {
    return signed(call, Http.Request.post(uri(call, path), body));
  }

  private static Http.Request signed(Call call, Http.Request request) {
    return request
        .with("Accept", "application/json")
        .basic(call.text("user"), call.secret("password"));
  }

  private static java.net.URI uri(Call call, String path) {
    return Http.uri(
        call,
        call.text("scheme"),
        call.text("host"),
        Optional.of(call.number("port")).filter(port -> port > 0),
        path,
        "");
  }
}
