package org.homelab.autoscaler.recipes;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.homelab.autoscaler.fleet.ObservedPower;

/**
 * A UPS, by the network protocol of Network UPS Tools: one question, {@code LIST VAR}, in lines of
 * text over TCP (networkupstools.org/docs/developer-guide.chunked, chapter "Network protocol
 * information"). Nobody needs to log in for it.
 */
public final class Nut {
  Nut() {}

  /**
   * Looks at the UPS. On: fed by the mains. Off: running on its battery. Anything else is unknown:
   * whoever waits for the mains does not go on before they are seen. Leaves the variables {@code
   * upsStatus} (its words, such as {@code OB LB}), {@code upsCharge} (percent) and {@code
   * upsRuntime} (seconds) for flows, each empty where the UPS does not tell.
   */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call, Exchange exchange) {
    String ups = call.text("ups");
    if (call.rehearse("LIST VAR " + ups + " to " + device(call))) {
      return Reading.unknown("nothing was asked");
    }
    Map<String, String> variables = ask(call);
    String status = variables.getOrDefault("ups.status", "");
    exchange.setVariable("upsStatus", status);
    exchange.setVariable("upsCharge", variables.getOrDefault("battery.charge", ""));
    exchange.setVariable("upsRuntime", variables.getOrDefault("battery.runtime", ""));
    return reading(status).measured(number(variables.get("ups.realpower")), OptionalDouble.empty());
  }

  private static Reading reading(String status) {
    Set<String> words = Set.of(status.strip().split("\\s+"));
    // A forced shutdown is to be taken for a battery that is nearly empty.
    if (words.contains("OB") || words.contains("FSD")) {
      return Reading.of(ObservedPower.OFF);
    }
    return words.contains("OL")
        ? Reading.of(ObservedPower.ON)
        : Reading.unknown("the UPS says neither OL nor OB");
  }

  private static OptionalDouble number(String text) {
    try {
      return text == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException none) {
      return OptionalDouble.empty();
    }
  }

  private static Map<String, String> ask(Call call) {
    RecipeFailure last;
    int attempt = 0;
    do {
      if (attempt > 0) {
        Http.rest(call);
      }
      try (var session = new NutSession(call)) {
        return session.variables(call.text("ups"));
      } catch (NutSession.Refused refused) {
        last = refused(call, refused.word());
        if (!refused.passing()) {
          throw last;
        }
      } catch (IOException broken) {
        last = broken(call, broken);
      }
      attempt++;
    } while (attempt < call.number("tries"));
    throw last;
  }

  private static RecipeFailure refused(Call call, String word) {
    return switch (word) {
      case "UNKNOWN-UPS" ->
          call.notTaken(device(call), "has no such UPS; see upsc -l, and fix ups");
      case "ACCESS-DENIED" ->
          call.notTaken(device(call), "refused us; let our address in (LISTEN, firewall)");
      case "DATA-STALE", "DRIVER-NOT-CONNECTED" ->
          call.unclear(device(call), "has lost the UPS (" + word + "); check its driver and cable");
      default -> call.unclear(device(call), "does not answer as upsd does; check host and port");
    };
  }

  private static RecipeFailure broken(Call call, IOException broken) {
    if (broken instanceof ConnectException
        || broken instanceof NoRouteToHostException
        || broken instanceof UnknownHostException) {
      return call.notTaken(device(call), "cannot be reached; check host, port and that upsd runs");
    }
    return call.unclear(
        device(call),
        broken instanceof SocketTimeoutException
            ? "no answer within " + call.text("timeLimit") + " s"
            : "the connection broke before the answer was complete");
  }

  private static String device(Call call) {
    return "upsd " + call.text("host") + ":" + call.text("port") + " UPS " + call.text("ups");
  }
}
