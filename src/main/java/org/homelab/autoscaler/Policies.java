package org.homelab.autoscaler;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import org.homelab.autoscaler.fleet.PowerUps;
import org.homelab.autoscaler.kubernetes.PowerPods;
import org.homelab.autoscaler.power.PowerPolicy;

/** What the settings say of how machines are switched, where their Group and Node say nothing. */
final class Policies {
  private static final int LONGEST_BACK_OFF = 30;

  private Policies() {}

  /** How patient, how careful and how many at once. */
  static PowerPolicy.Defaults defaults(Settings settings) {
    PowerPolicy.Defaults standard = PowerPolicy.Defaults.STANDARD;
    Duration backOff = settings.duration(Setting.BACK_OFF);
    String own = settings.text(Setting.NODE_NAME);
    return new PowerPolicy.Defaults(
        standard.shutdown(),
        standard.drain(),
        settings.duration(Setting.SETTLE),
        backOff,
        backOff.multipliedBy(LONGEST_BACK_OFF),
        settings.number(Setting.QUARANTINE_FAILURES),
        own.isEmpty() ? Set.of() : Set.of(own),
        settings.duration(Setting.QUARANTINE_PROBE),
        powerUps(settings, Setting.POWER_UPS_AT_ONCE, Setting.POWER_UPS_SPACING),
        powerUps(settings, Setting.CIRCUIT_AT_ONCE, Setting.CIRCUIT_SPACING),
        settings.flag(Setting.DRY_RUN));
  }

  private static PowerUps powerUps(Settings settings, Setting atOnce, Setting spacing) {
    int most = settings.number(atOnce);
    return new PowerUps(
        most == 0 ? OptionalInt.empty() : OptionalInt.of(most), settings.duration(spacing));
  }

  /** How the pods of power Jobs are to be. */
  static PowerPods powerPods(Settings settings) {
    return new PowerPods(
        settings.text(Setting.POWER_PODS_SERVICE_ACCOUNT),
        settings.flag(Setting.POWER_PODS_RESTRICTED));
  }
}
