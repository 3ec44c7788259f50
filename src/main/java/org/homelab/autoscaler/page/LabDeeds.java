package org.homelab.autoscaler.page;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;

/** What people may do to the simulated homelab, to see how the system reacts. */
public final class LabDeeds implements Deeds {
  private static final int MOST_PODS = 50;

  private final MachineDeeds machines;
  private final Playground playground;

  /** Deeds in that homelab. */
  public LabDeeds(KubernetesClient client, Clock clock, Playground playground) {
    this.machines = new MachineDeeds(client, clock);
    this.playground = playground;
  }

  @Override
  public Offer offer() {
    return new Offer(
        false,
        List.of("hold", "release", "wake", "sleep", "cut-power", "break", "mend"),
        List.of("pods"));
  }

  @Override
  public String act(Request request) {
    return switch (request.deed()) {
      case "pods" -> playground.addPods(count(request));
      case "cut-power" -> playground.cutPower(MachineDeeds.machine(request).name());
      case "break" -> playground.breakMachine(MachineDeeds.machine(request).name());
      case "mend" -> playground.mend(MachineDeeds.machine(request).name());
      default -> machines.act(request, "somebody");
    };
  }

  private static int count(Request request) {
    try {
      int count = Integer.parseInt(request.argument("text"));
      if (count > 0 && count <= MOST_PODS) {
        return count;
      }
    } catch (NumberFormatException noNumber) {
      throw new Refused(400, "write how many pods, from 1 to " + MOST_PODS);
    }
    throw new Refused(400, "write how many pods, from 1 to " + MOST_PODS);
  }
}
