package org.homelab.autoscaler.recipes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.camel.ExchangeProperty;
import org.snmp4j.SNMP4JSettings;

/**
 * An outlet of a power distribution unit. The outlet's state is read before a command is sent, so a
 * unit that is not there, does not know us or has no such outlet has certainly not been told
 * anything; and it is read afterwards, until it is the wanted one.
 *
 * <p>Columns and numbers of common units: APC PowerNet-MIB rPDUOutletControlOutletCommand
 * 1.3.6.1.4.1.318.1.1.12.3.3.1.1.4 (1 on, 2 off, 3 reboot) and rPDU2OutletMeteredStatusPower
 * 1.3.6.1.4.1.318.1.1.26.9.4.3.1.7 (watts); CyberPower ePDUOutletControlOutletCommand
 * 1.3.6.1.4.1.3808.1.1.3.3.3.1.1.4 (the same numbers); Raritan PDU2-MIB switchingOperation
 * 1.3.6.1.4.1.13742.6.4.1.2.1.2.1 (1 on, 0 off, 2 cycle).
 */
public final class PduSnmp {
  PduSnmp() {
    // Who does not know us cannot sign that he does not; the library drops it else, as if nobody
    // had answered.
    SNMP4JSettings.setReportSecurityLevelStrategy(
        SNMP4JSettings.ReportSecurityLevelStrategy.noAuthNoPrivIfNeeded);
  }

  /** Switches the outlet on. */
  public void powerOn(@ExchangeProperty(Call.PROPERTY) Call call) {
    switchTo(call, call.number("onCommand"), "on");
  }

  /** Switches the outlet off at once. */
  public void powerOff(@ExchangeProperty(Call.PROPERTY) Call call) {
    switchTo(call, call.number("offCommand"), "off");
  }

  /** Has the unit switch the outlet off and on again, told once. */
  public void cycle(@ExchangeProperty(Call.PROPERTY) Call call) {
    String control = control(call);
    int command = call.number("cycleCommand");
    if (call.rehearse(set(call, control, command))) {
      return;
    }
    try (var session = new SnmpSession(call)) {
      readable(call, session);
      session.set(control, command, 1);
    }
  }

  /** Reads the outlet's state, and what it measures. */
  public Reading probe(@ExchangeProperty(Call.PROPERTY) Call call) {
    List<String> asked = new ArrayList<>(List.of(state(call)));
    column(call, "wattsOid").ifPresent(asked::add);
    column(call, "energyOid").ifPresent(asked::add);
    if (call.rehearse("SNMP get of " + asked + " to " + SnmpSession.device(call))) {
      return Reading.unknown("nothing was asked");
    }
    try (var session = new SnmpSession(call)) {
      String state = word(call, session.get(state(call)));
      OptionalDouble watts = measured(call, session, "wattsOid");
      OptionalDouble energy = measured(call, session, "energyOid");
      double factor = Double.parseDouble(call.text("energyFactor"));
      return Outlet.reading(call, state, watts)
          .measured(
              watts,
              energy.isPresent()
                  ? OptionalDouble.of(energy.getAsDouble() * factor)
                  : OptionalDouble.empty());
    }
  }

  private static void switchTo(Call call, int command, String wanted) {
    String control = control(call);
    if (call.rehearse(set(call, control, command))) {
      return;
    }
    try (var session = new SnmpSession(call)) {
      readable(call, session);
      session.set(control, command, call.number("tries"));
      confirm(call, session, wanted);
    }
  }

  private static String control(Call call) {
    return call.text("controlOid") + "." + call.text("outlet");
  }

  private static String set(Call call, String control, int command) {
    return "SNMP set of %s to %d to %s".formatted(control, command, SnmpSession.device(call));
  }

  private static void readable(Call call, SnmpSession session) {
    if (word(call, session.get(state(call))).isEmpty()) {
      throw call.notTaken(
          SnmpSession.device(call),
          "the outlet's state is neither onState nor offState; check stateOid and outlet");
    }
  }

  private static void confirm(Call call, SnmpSession session, String wanted) {
    long end = System.nanoTime() + call.seconds("timeLimit").toNanos();
    String says;
    do {
      says = saysNow(call, session);
      if (says.equals(wanted)) {
        return;
      }
      Http.rest(call);
    } while (System.nanoTime() < end);
    throw call.unclear(
        SnmpSession.device(call),
        "the outlet says %s after it was switched %s; check controlOid and its delays"
            .formatted(says.isEmpty() ? "nothing that is known" : says, wanted));
  }

  /** After a command, no failure is certain any more. */
  private static String saysNow(Call call, SnmpSession session) {
    try {
      return word(call, session.get(state(call)));
    } catch (RecipeFailure.NotTaken silent) {
      throw new RecipeFailure(silent.getMessage());
    }
  }

  private static String state(Call call) {
    return call.given("stateOid").orElse(call.text("controlOid")) + "." + call.text("outlet");
  }

  private static Optional<String> column(Call call, String parameter) {
    return call.given(parameter).map(oid -> oid + "." + call.text("outlet"));
  }

  /** on, off, or empty for anything else. */
  private static String word(Call call, Optional<Long> state) {
    if (state.filter(it -> it == call.number("onState")).isPresent()) {
      return "on";
    }
    return state.filter(it -> it == call.number("offState")).isPresent() ? "off" : "";
  }

  private static OptionalDouble measured(Call call, SnmpSession session, String parameter) {
    return column(call, parameter)
        .flatMap(session::get)
        .map(value -> OptionalDouble.of(value))
        .orElse(OptionalDouble.empty());
  }
}
