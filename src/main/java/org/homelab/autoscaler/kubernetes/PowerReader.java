package org.homelab.autoscaler.kubernetes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.NodeSpec;
import org.homelab.autoscaler.api.Power;
import org.homelab.autoscaler.fleet.Durations;
import org.homelab.autoscaler.fleet.PowerWish;

/** Translates how a machine is to be switched. */
final class PowerReader {
  private static final Duration SOON = Duration.ofMinutes(2);

  private PowerReader() {}

  /** What a Node says: two pod specs, a recipe, or nothing, so that its group's recipe holds. */
  static PowerWish machine(NodeSpec spec, Problems problems) {
    boolean pods = spec.startupPodSpec() != null || spec.shutdownPodSpec() != null;
    PowerWish wish = wish(spec.power(), problems);
    boolean recipe =
        wish.recipe().isPresent()
            || !wish.parameters().isEmpty()
            || wish.secret().isPresent()
            || !wish.fallbacks().isEmpty()
            || !wish.onFallbacks().isEmpty();
    if (pods && recipe) {
      problems.add("spec.power", "write either a recipe or the two pod specs, not both");
    }
    return pods ? PowerWish.PODS : wish;
  }

  /** What a resource says of recipes. */
  static PowerWish wish(Power power, Problems problems) {
    if (power == null) {
      return PowerWish.NONE;
    }
    return new PowerWish(
        false,
        Meta.present(power.recipe()),
        Meta.texts(power.parameters()),
        secret(power.secretRef()),
        Optional.ofNullable(power.cutPower()).map("afterDrain"::equals),
        fallbacks("fallback", power.fallback(), problems),
        fallbacks("onFallback", power.onFallback(), problems));
  }

  private static List<PowerWish.Fallback> fallbacks(
      String list, List<Power.Fallback> written, Problems problems) {
    var read = new ArrayList<PowerWish.Fallback>();
    for (Power.Fallback fallback : Meta.orEmpty(written)) {
      String field = "spec.power." + list + "[" + read.size() + "]";
      if (Meta.present(fallback.recipe()).isEmpty()) {
        problems.add(field + ".recipe", "write the name of a recipe, such as redfish");
      }
      read.add(
          new PowerWish.Fallback(
              Meta.text(fallback.recipe()),
              problems
                  .read(field + ".after", Meta.text(fallback.after()), Durations::parse)
                  .orElse(SOON),
              Meta.texts(fallback.parameters()),
              secret(fallback.secretRef())));
    }
    return read;
  }

  private static Optional<String> secret(Power.SecretRef reference) {
    return Optional.ofNullable(reference).flatMap(named -> Meta.present(named.name()));
  }
}
