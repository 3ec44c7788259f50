package org.homelab.autoscaler.testing;

import static org.homelab.autoscaler.fleet.DeclaredBuilder.declared;
import static org.homelab.autoscaler.fleet.KubernetesNodeBuilder.node;

import clusterautoscaler.cloudprovider.v1.externalgrpc.ExternalGrpcNode;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.homelab.autoscaler.api.PowerState;
import org.homelab.autoscaler.cloudprovider.CloudProviderService;
import org.homelab.autoscaler.cloudprovider.Intents;
import org.homelab.autoscaler.cloudprovider.PowerIntent;
import org.homelab.autoscaler.cloudprovider.ProviderSettings;
import org.homelab.autoscaler.fleet.DeclaredBuilder;
import org.homelab.autoscaler.fleet.DeclaredGroup;
import org.homelab.autoscaler.fleet.Fleet;
import org.homelab.autoscaler.fleet.GroupPolicy;
import org.homelab.autoscaler.fleet.GroupSnapshot;
import org.homelab.autoscaler.fleet.MachineStatus;
import org.homelab.autoscaler.fleet.ObjectKey;
import org.homelab.autoscaler.fleet.ObservedPower;
import org.homelab.autoscaler.fleet.Progress;

/** A fleet of any size for measuring: twenty machines to a group, every other one on and Ready. */
public final class Racks {
  public static final int IN_A_GROUP = 20;

  private final Fleet fleet = new Fleet(ObjectKey::name);

  /** That many machines. */
  public Racks(int machines) {
    for (int i = 0; i < machines / IN_A_GROUP; i++) {
      fleet.apply(
          new DeclaredGroup(
              new ObjectKey("lab", group(i)),
              "uid-" + i,
              1,
              "1",
              false,
              true,
              Optional.empty(),
              GroupPolicy.NONE));
    }
    for (int i = 0; i < machines; i++) {
      fleet.apply(machine(i).build());
      if (on(i)) {
        fleet.apply(node(name(i)).build());
      }
    }
  }

  public Fleet fleet() {
    return fleet;
  }

  /** A provider that answers from this fleet and writes nothing. */
  public CloudProviderService provider(Clock clock) {
    return new CloudProviderService(
        fleet, new Nothing(), clock, ProviderSettings.STANDARD, () -> true, () -> true);
  }

  public static String group(int number) {
    return "rack-%03d".formatted(number);
  }

  public static String name(int number) {
    return "m%05d".formatted(number);
  }

  public static boolean on(int number) {
    return number % 2 == 0;
  }

  /** The Kubernetes node of that machine as CA tells of it. */
  public static ExternalGrpcNode external(int number) {
    return ExternalGrpcNode.newBuilder()
        .setName(name(number))
        .setProviderID("homelab://" + name(number))
        .build();
  }

  /** The description of that machine. */
  public static DeclaredBuilder machine(int number) {
    boolean on = on(number);
    return declared(name(number))
        .group(group(number / IN_A_GROUP))
        .desired(on ? PowerState.ON : PowerState.OFF)
        .status(
            MachineStatus.NEW.with(
                on ? Progress.READY : Progress.SHUTDOWN,
                on ? ObservedPower.ON : ObservedPower.OFF));
  }

  private static final class Nothing implements Intents {
    @Override
    public void settle(GroupSnapshot group) {
      // There are no orders.
    }

    @Override
    public void apply(GroupSnapshot group, List<PowerIntent> intents) {
      throw new UnsupportedOperationException("only what is read is measured");
    }
  }
}
