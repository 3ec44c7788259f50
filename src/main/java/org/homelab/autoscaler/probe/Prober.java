package org.homelab.autoscaler.probe;

import java.time.Duration;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.Probe;

/**
 * Asks one probe about one machine. Says off only where something that would answer if the machine
 * were on did not; whatever else goes wrong is unknown. Blocks, for about as long as it is allowed.
 */
public final class Prober {
  private final Pages pages;
  private final Routes routes;

  /** Asks a route of the user's; what it answers is on, off, or nothing certain. */
  @FunctionalInterface
  public interface Routes {
    /** What the route of that id says of the machine. */
    Seen ask(String id, ObjectKey machine, Duration patience);
  }

  /** A prober with these ways to pages and routes. */
  public Prober(Pages pages, Routes routes) {
    this.pages = pages;
    this.routes = routes;
  }

  /** What the probe sees now. */
  public Seen ask(Machine machine, Probe probe, Duration patience) {
    if (probe instanceof Probe.Tcp tcp) {
      return tcp(Connections.connect(fill(tcp.host(), machine), tcp.port(), patience));
    }
    if (probe instanceof Probe.Ping ping) {
      return ping(Connections.reach(fill(ping.host(), machine), patience));
    }
    if (probe instanceof Probe.Http http) {
      return pages.get(fill(http.url(), machine), http, machine.key().namespace(), patience);
    }
    return routes.ask(((Probe.Route) probe).id(), machine.key(), patience);
  }

  private static Seen tcp(Connections.Outcome outcome) {
    return switch (outcome.answer()) {
      case ACCEPTED, REFUSED -> Seen.on("tcp " + outcome.words());
      case SILENT -> Seen.off("tcp " + outcome.words());
      case NOT_ASKED -> Seen.unknown("tcp " + outcome.words());
    };
  }

  private static Seen ping(Connections.Outcome outcome) {
    return switch (outcome.answer()) {
      case ACCEPTED, REFUSED -> Seen.on("ping " + outcome.words());
      case SILENT -> Seen.off("ping " + outcome.words());
      case NOT_ASKED -> Seen.unknown("ping " + outcome.words());
    };
  }

  private static String fill(String text, Machine machine) {
    return text.replace("{node}", machine.spec().kubernetesNodeName())
        .replace("{machine}", machine.name());
  }
}
