package org.homelab.autoscaler.cloudprovider;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.homelab.autoscaler.fleet.Machine;
import org.homelab.autoscaler.fleet.Price;
import org.homelab.autoscaler.power.PowerPolicy;

/**
 * What the operator's configuration says about the answers.
 *
 * @param power the rules of power operations, which say when a failed machine may be picked again
 * @param gpuLabel key of the label that marks Kubernetes nodes with a GPU; empty for none
 * @param patience longest wait for another order for the same group; CA itself waits 5 s for a
 *     reply by default
 * @param prices what a machine costs, if that is known
 */
public record ProviderSettings(
    PowerPolicy.Defaults power,
    String gpuLabel,
    Duration patience,
    Function<Machine, Optional<Price>> prices) {
  /** With prices as the owners declare them. */
  public ProviderSettings(PowerPolicy.Defaults power, String gpuLabel, Duration patience) {
    this(power, gpuLabel, patience, machine -> machine.spec().price());
  }

  /** The defaults of the documentation. */
  public static final ProviderSettings STANDARD =
      new ProviderSettings(PowerPolicy.Defaults.STANDARD, "accelerator", Duration.ofSeconds(3));
}
