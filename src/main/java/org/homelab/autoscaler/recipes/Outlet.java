package org.homelab.autoscaler.recipes;

import java.util.OptionalDouble;
import org.homelab.autoscaler.fleet.ObservedPower;

/** What the state of an outlet tells about the machine that is plugged into it. */
final class Outlet {
  private Outlet() {}

  /**
   * An outlet that is off leaves the machine off. One that is on tells by what is drawn, where a
   * threshold is set; without one, a machine with power counts as on.
   */
  static Reading reading(Call call, String state, OptionalDouble watts) {
    return switch (state.toLowerCase(java.util.Locale.ROOT)) {
      case "off", "false", "0" -> Reading.of(ObservedPower.OFF);
      case "on", "true", "1" -> drawing(call, watts);
      default -> Reading.unknown("the outlet does not say whether it is on");
    };
  }

  private static Reading drawing(Call call, OptionalDouble watts) {
    double threshold = Double.parseDouble(call.text("onAboveWatts"));
    if (threshold <= 0) {
      return Reading.of(ObservedPower.ON);
    }
    return watts.isPresent()
        ? Reading.of(watts.getAsDouble() >= threshold)
        : Reading.unknown("onAboveWatts is set, but the outlet does not measure power");
  }
}
